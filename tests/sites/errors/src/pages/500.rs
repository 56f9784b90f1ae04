use kiln::prelude::*;

pub fn get(ctx: &Context) -> impl IntoResponse {
    Html(format!("<p>Broken at {}, on request: {}</p>", ctx.url.path(), !ctx.is_prerendered))
}
