//! Sets what the query names to a value that no header has.

use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get(ctx: &Context) -> Result<Response> {
    let value = "a\r\nset-cookie: evil=1";
    match ctx.url.query() {
        Some("cookie") => ctx.cookies.set(("name", value))?,
        Some("nul") => ctx.cookies.set(("name", "a\0b"))?,
        Some("redirect") => return ctx.redirect(value),
        Some("path") => {
            ctx.cookies.set(kiln::cookie::Cookie::build(("name", "a")).path(value))?;
        }
        _ => {
            return Ok(
                ([("x-value", value.parse::<kiln::http::HeaderValue>()?)], "").into_response()
            );
        }
    }
    Ok("set\n".into_response())
}
