use kiln::prelude::*;

/// The colors of code, for both schemes.
pub fn get(ctx: &Context) -> Result<String> {
    kiln::content::highlight_css(ctx)
}
