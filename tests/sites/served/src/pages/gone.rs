//! Redirects, and is written when the site is built.

use kiln::prelude::*;

pub fn get(ctx: &Context) -> Result<Response> {
    ctx.redirect_with(StatusCode::SEE_OTHER, "/about")
}
