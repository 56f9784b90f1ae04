use kiln::prelude::*;

pub fn get(ctx: &Context) -> impl IntoResponse {
    Html(format!("<p>{}</p>\n", ctx.url.path()))
}
