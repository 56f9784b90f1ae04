//! Headers of `kiln.toml` as data.

use std::ops::Range;

/// A rule of `[headers]`: the headers for all paths that it matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeaderRule {
    /// The path up to its `*`, or the whole path: below the base, percent-encoded.
    pub(crate) before: String,
    /// The text after the `*`, if there is one.
    pub(crate) after: Option<String>,
    /// Unique names in lower case, and values.
    pub(crate) headers: Vec<(String, String)>,
    /// The bytes of the path in kiln.toml, with its quotes; `None` for a rule of kiln itself.
    pub(crate) bytes: Option<Range<usize>>,
}
