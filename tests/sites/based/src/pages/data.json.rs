use kiln::prelude::*;

pub fn get(ctx: &Context) -> impl IntoResponse {
    Json(ctx.url.path().to_owned())
}
