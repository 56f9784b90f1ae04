//! `[markdown]` of `kiln.toml`: what the renderer takes. Without the feature `content`, there is nothing to set.

#[cfg(feature = "content")]
pub use kiln_content::markdown::{Highlight, Settings as Markdown};

/// Without the feature `content`, Markdown has no settings.
#[cfg(not(feature = "content"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Markdown;

#[cfg(not(feature = "content"))]
impl Markdown {
    /// The settings of a site without `[markdown]`.
    pub const DEFAULT: Markdown = Markdown;
}
