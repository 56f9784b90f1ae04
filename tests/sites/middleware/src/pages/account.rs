use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    Ok(ctx.locals.get::<String>("greeting")?.clone())
}
