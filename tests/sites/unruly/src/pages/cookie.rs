use kiln::prelude::*;

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    ctx.cookies.set(("theme", "dark"))?;
    Ok(Html(""))
}
