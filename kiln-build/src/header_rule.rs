//! Headers of `kiln.toml`, as data.

use std::ops::Range;

/// A rule of `[headers]`: the headers of all paths that it matches.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct HeaderRule {
    /// The path up to its `*`, or as a whole: below the base, percent-encoded.
    pub(crate) before: String,
    /// What stands behind the `*`, where there is one.
    pub(crate) after: Option<String>,
    /// Names in lower case, each once, and values.
    pub(crate) headers: Vec<(String, String)>,
    /// The bytes of kiln.toml that are the path, with its quotes.
    pub(crate) bytes: Range<usize>,
}
