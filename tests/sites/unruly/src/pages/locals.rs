use kiln::prelude::*;

pub fn get(ctx: &Context) -> Result<String> {
    Ok(ctx.locals.get::<String>("user")?.clone())
}
