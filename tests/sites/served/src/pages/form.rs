use kiln::cookie::Cookie;
use kiln::prelude::*;

pub const PRERENDER: bool = false;

#[derive(serde::Deserialize)]
struct Login {
    name: String,
}

pub fn get(ctx: &Context) -> String {
    format!("{}\n", ctx.cookies.get("session").unwrap_or_else(|| "nobody".into()))
}

pub fn post(ctx: &Context) -> Result<Response> {
    let login: Login = ctx.form()?;
    ctx.cookies.set(Cookie::build(("session", login.name)).path("/").http_only(true))?;
    ctx.redirect_with(StatusCode::SEE_OTHER, "/form")
}

pub fn delete(ctx: &Context) -> StatusCode {
    ctx.cookies.delete(Cookie::build("session").path("/"));
    StatusCode::NO_CONTENT
}
