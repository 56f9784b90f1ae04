use kiln::cookie::{Cookie, SameSite};
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
    let session = Cookie::build(("session", login.name));
    ctx.cookies.set(session.secure(true).http_only(true).same_site(SameSite::Lax))?;
    ctx.redirect_with(StatusCode::SEE_OTHER, "/form")
}

pub fn delete(ctx: &Context) -> StatusCode {
    ctx.cookies.delete("session");
    StatusCode::NO_CONTENT
}
