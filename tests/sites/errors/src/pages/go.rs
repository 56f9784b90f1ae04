//! Lets another page answer: the one that the query names.

use kiln::prelude::*;

pub async fn get(ctx: &Context) -> Result<Response> {
    match ctx.url.query() {
        Some("round") => ctx.rewrite("/go?round").await,
        to => ctx.rewrite(to.unwrap_or_default().to_owned()).await,
    }
}
