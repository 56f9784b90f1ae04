use kiln::prelude::*;

pub async fn get(ctx: &Context) -> Result<Response> {
    ctx.rewrite("nowhere").await
}
