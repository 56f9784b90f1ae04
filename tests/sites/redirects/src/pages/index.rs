use kiln::prelude::*;

pub fn get(ctx: &Context) -> impl IntoResponse {
    Html(ctx.url.to_string())
}
