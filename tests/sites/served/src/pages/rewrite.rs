//! Lets another page answer: the one that the query names.

use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub async fn get(ctx: &Context) -> Result<Response> {
    ctx.rewrite(ctx.url.query().unwrap_or_default().to_owned()).await
}
