use kiln::prelude::*;

pub fn get(ctx: &Context) -> Result<Response> {
    ctx.redirect("/api/users")
}
