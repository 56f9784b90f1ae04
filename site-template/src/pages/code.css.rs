use kiln::prelude::*;

/// The colours of code blocks. Their background is in `assets/style.css`.
pub fn get(ctx: &Context) -> Result<String> {
    if cfg!(not(feature = "highlight")) {
        return Ok(String::new());
    }
    kiln::content::highlight_css(ctx)
}
