use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get(ctx: &Context) -> Result<Html<String>> {
    Ok(Html(ctx.image("chart.png")?.widths([25]).to_string()))
}
