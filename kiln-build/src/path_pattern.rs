//! Patterns of paths in `kiln.toml`, with a `*` for any text.

/// A path with at most one `*`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PathPattern {
    /// The path up to its `*`, or the whole path: below the base, percent-encoded.
    pub(crate) before: String,
    /// The text after the `*`, if there is one.
    pub(crate) after: Option<String>,
}
