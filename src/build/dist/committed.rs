//! The changes that a build made to its out folder.

use super::cleanup::Cleanup;

/// The changes that a build made to its out folder.
#[derive(Debug, Default)]
pub(crate) struct Committed {
    pub(crate) written: usize,
    /// The number of written files that are new in the out folder.
    pub(super) added: usize,
    pub(crate) unchanged: usize,
    pub(crate) removed: usize,
    /// Of all files, written or unchanged.
    pub(crate) bytes: u64,
    /// Whether the record names a file that was not made, even one that was missing before, or has an outdated digest.
    pub(super) is_record_stale: bool,
    /// What remains to be removed.
    pub(crate) cleanup: Option<Cleanup>,
}
