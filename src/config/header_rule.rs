//! The headers of `kiln.toml`. The code generator has parsed and checked them.

use super::path_pattern::PathPattern;

/// A rule of `[headers]`: the headers of all matching paths.
#[derive(Debug, Clone, Copy)]
pub struct HeaderRule {
    /// The path up to its `*`, or the whole path if it has none. It includes the base, and is encoded as in a URL.
    pub before: &'static str,
    /// The text after the `*`, if the path has one. A `*` matches any text, including slashes and the empty text.
    pub after: Option<&'static str>,
    /// The names in lower case, each once, with their values.
    pub headers: &'static [(&'static str, &'static str)],
    /// The line in kiln.toml, from 1; 0 for the rule that kiln adds for requested files.
    pub line: u32,
}

impl HeaderRule {
    /// Returns true if and only if the rule applies to the path of a URL, which is encoded and includes the base.
    pub(crate) fn matches(&self, path: &str) -> bool {
        PathPattern { before: self.before, after: self.after }.matches(path)
    }
}
