use kiln::prelude::*;

pub fn get(ctx: &Context) -> impl IntoResponse {
    Html(format!("<meta name=\"robots\" content=\"noindex\">{}\n", ctx.url))
}
