use kiln::prelude::*;

pub fn get(ctx: &Context) -> impl IntoResponse {
    Html(crate::layout::page("Home", &format!("<p>{} {}</p>", ctx.url, ctx.route_pattern)))
}
