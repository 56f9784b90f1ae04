use kiln::prelude::*;

pub fn get(ctx: &Context) -> impl IntoResponse {
    Json(json!({ "url": ctx.url.to_string(), "from": ctx.origin_pathname }))
}
