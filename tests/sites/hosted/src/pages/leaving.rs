use kiln::prelude::*;

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    ctx.redirect("https://example.net/bye")
}
