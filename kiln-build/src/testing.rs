//! Functions for kiln's own unit tests, so that they do not have to parse or sort patterns themselves. It is not part
//! of the public API.

use std::cmp::Ordering;

use crate::config::{self, Config, redirects};
use crate::{pattern, table};

pub use crate::pattern::{Part, RoutePattern, Segment};
pub use crate::redirect::Target;

/// Parses a pattern such as `/posts/[slug]`, even an invalid one: a test may ask what happens then.
pub fn pattern(text: &str) -> RoutePattern {
    RoutePattern::read_path(text.strip_prefix('/').unwrap_or(text)).0
}

/// Reads the target of a redirect in `kiln.toml`; `None` if it is not valid.
pub fn target(text: &str) -> Option<Target> {
    redirects::target(text).ok()
}

/// Parses the brackets of a URL of another site, even an invalid one.
pub fn brackets(url: &str) -> Segment {
    pattern::read_brackets(url).0
}

/// Compares two patterns: the lesser one is tried first.
pub fn compare(a: &RoutePattern, b: &RoutePattern) -> Ordering {
    table::compare(a, b)
}

/// The settings of a site without a `kiln.toml`, with the names in kiln's `Config`.
pub fn default_settings() -> [(&'static str, String); 10] {
    let config = Config::default();
    [
        ("site", format!("{:?}", config.site)),
        ("base", format!("{:?}", config.base)),
        ("format", format!("{:?}", config.format)),
        ("trailing_slash", format!("{:?}", config.trailing_slash)),
        ("out", format!("{:?}", config.out)),
        ("atomic", format!("{:?}", config.atomic)),
        ("precompress", format!("{:?}", config.precompress)),
        ("sitemap", format!("{:?}", config.sitemap)),
        ("server", format!("{:?}", config.server)),
        ("markdown", format!("{:?}", config.markdown)),
    ]
}

/// The names that `highlight` of `kiln.toml` may have.
pub fn themes() -> [&'static str; 29] {
    config::THEMES
}
