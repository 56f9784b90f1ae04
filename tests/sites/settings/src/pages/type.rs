use kiln::prelude::*;

pub fn get(ctx: &Context) -> impl IntoResponse {
    Html(format!("{}\n", ctx.url))
}
