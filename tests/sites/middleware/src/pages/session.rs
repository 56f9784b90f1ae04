use kiln::cookie::{Cookie, SameSite};
use kiln::prelude::*;

pub const PRERENDER: bool = false;

#[derive(serde::Deserialize)]
struct Login {
    name: String,
}

pub fn post(ctx: &Context) -> Result<Response> {
    let login: Login = ctx.form()?;
    let session = Cookie::build(("session", login.name));
    ctx.cookies.set(session.secure(true).http_only(true).same_site(SameSite::Lax))?;
    let back = ctx.cookies.get("back").unwrap_or_else(|| "/account".into());
    ctx.cookies.delete("back");
    ctx.redirect_with(StatusCode::SEE_OTHER, back)
}

pub fn delete(ctx: &Context) -> StatusCode {
    ctx.cookies.delete("session");
    StatusCode::NO_CONTENT
}
