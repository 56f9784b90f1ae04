//! The settings of `kiln.toml`, as the generated code gives them: read and checked when the site is compiled.

use crate::hosts::Host;

/// The settings of a site.
#[derive(Debug)]
pub struct Config {
    /// An origin without a trailing slash.
    pub site: Option<&'static str>,
    /// Empty, or with a leading and without a trailing slash.
    pub base: &'static str,
    /// How the path of a page becomes a file.
    pub format: Format,
    /// Whether the URL of a page ends in a slash.
    pub trailing_slash: TrailingSlash,
    /// Relative to the folder of the package that builds.
    pub out: &'static str,
    /// Each host once, in the order of kiln.toml.
    pub hosts: &'static [Host],
}

/// How the path of an HTML page becomes a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `/about` is `about/index.html`.
    Directory,
    /// `/about` is `about.html`.
    File,
    /// `about/index.rs` is `about/index.html`, and `about.rs` is `about.html`.
    Preserve,
}

/// Whether the URL of a page ends in a slash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrailingSlash {
    /// It does, unless the pattern ends in an extension.
    Always,
    /// It does not.
    Never,
    /// It does not, and the other form is answered as well.
    Ignore,
}

impl Config {
    /// The origin of absolute URLs.
    pub(crate) fn origin(&self) -> &'static str {
        self.site.unwrap_or("http://localhost:4321")
    }
}
