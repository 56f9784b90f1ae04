//! How a new site replaces the old one.

/// How a site replaces the previous one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Replacement {
    /// Atomically if that is cheap enough in relation to the changes, and otherwise file by file.
    #[default]
    InProportion,
    /// Atomically, or not at all.
    Atomic,
}
