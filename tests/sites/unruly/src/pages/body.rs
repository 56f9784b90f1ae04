use kiln::prelude::*;

pub fn get(ctx: &Context) -> Result<String> {
    ctx.json()
}
