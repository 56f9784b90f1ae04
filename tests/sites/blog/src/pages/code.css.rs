use kiln::prelude::*;

pub fn get(ctx: &Context) -> Result<String> {
    kiln::content::highlight_css(ctx)
}
