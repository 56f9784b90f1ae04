use kiln::prelude::*;

pub fn get(ctx: &Context) -> Result<String> {
    Ok(ctx.client_address()?.to_string())
}
