//! The stylesheet of highlighted code, for pages.

use anyhow::{Result, bail};

use super::settings::Highlight;
use crate::RenderContext;

/// The stylesheet of highlighted code blocks: the rules of the light theme, and those of the dark one where the reader
/// prefers it (`prefers-color-scheme`). `data-theme="light"` or `"dark"` on the root element overrides that.
///
/// # Errors
///
/// Fails if the feature `highlight` is off, or `highlight = false` in kiln.toml.
pub fn highlight_css(ctx: &dyn RenderContext) -> Result<String> {
    match ctx.settings().highlight {
        Highlight::Off => bail!(
            "`highlight_css` has no themes: kiln.toml says `highlight = false`\n\
             hint: remove that line, or this call"
        ),
        Highlight::Themes { light, dark } => css(light, dark),
    }
}

#[cfg(feature = "highlight")]
use super::highlight::css;

#[cfg(not(feature = "highlight"))]
fn css(_light: &str, _dark: &str) -> Result<String> {
    bail!(
        "`highlight_css` needs the feature `highlight` of kiln, which is off\n\
         hint: add the feature where Cargo.toml names kiln, for example kiln = {{ version = \"0.1\", features = [\"highlight\"] }}"
    )
}
