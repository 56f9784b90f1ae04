//! Fails as the query says.

use kiln::prelude::*;

pub fn get(ctx: &Context) -> Result<Response> {
    match ctx.url.query() {
        Some("404") => Err(kiln::error(StatusCode::NOT_FOUND, "there is no such page")),
        Some("empty") => Ok(StatusCode::NOT_FOUND.into_response()),
        Some("panic") => panic!("the page has lost its head"),
        _ => bail!("the disk is full"),
    }
}
