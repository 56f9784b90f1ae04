use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get(ctx: &Context) -> Result<String> {
    Ok(format!("{}\n{}", ctx.asset("live/live.css")?, ctx.asset("app.css")?))
}
