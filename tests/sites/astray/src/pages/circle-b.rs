use kiln::prelude::*;

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    ctx.redirect("/circle-a/?again#top")
}
