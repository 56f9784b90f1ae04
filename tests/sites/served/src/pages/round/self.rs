use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub async fn get(ctx: &Context) -> Result<Response> {
    ctx.rewrite("/round/self").await
}
