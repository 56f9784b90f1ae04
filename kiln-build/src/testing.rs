//! What kiln's own unit tests ask of this crate, so that they do not read or order patterns by themselves. It is not part
//! of the interface.

use std::cmp::Ordering;

use crate::config::{Config, redirects};
use crate::{pattern, table};

pub use crate::pattern::{Part, RoutePattern, Segment};
pub use crate::redirect::Target;

/// Reads a pattern such as `/posts/[slug]`, even one that a site may not have: a test may ask what happens then.
pub fn pattern(text: &str) -> RoutePattern {
    RoutePattern::read_path(text.strip_prefix('/').unwrap_or(text)).0
}

/// Reads the target of a redirect in `kiln.toml`; `None` where a site may not have it.
pub fn target(text: &str) -> Option<Target> {
    redirects::target(text).ok()
}

/// Reads the brackets of an address of another site, even of one that a site may not lead to.
pub fn brackets(url: &str) -> Segment {
    pattern::read_brackets(url).0
}

/// Compares two patterns: the one that is tried first is less.
pub fn compare(a: &RoutePattern, b: &RoutePattern) -> Ordering {
    table::compare(a, b)
}

/// The settings of a site without a `kiln.toml`, each with its name in kiln's `Config`.
pub fn default_settings() -> [(&'static str, String); 8] {
    let config = Config::default();
    [
        ("site", format!("{:?}", config.site)),
        ("base", format!("{:?}", config.base)),
        ("format", format!("{:?}", config.format)),
        ("trailing_slash", format!("{:?}", config.trailing_slash)),
        ("out", format!("{:?}", config.out)),
        ("atomic", format!("{:?}", config.atomic)),
        ("precompress", format!("{:?}", config.precompress)),
        ("server", format!("{:?}", config.server)),
    ]
}
