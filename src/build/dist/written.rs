//! The result of writing a file.

use crate::assets::digest::Digest;

/// The result of writing a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// The file is new in the out folder.
    New(Slot, Digest),
    /// The out folder has it, with other bytes.
    Changed(Slot, Digest),
    /// The out folder has it, with the same bytes.
    Unchanged(Digest),
}

impl Written {
    /// For a path without a file, or a file that is read from a list and not written: it needs no slot.
    pub(crate) const NEW: Written = Written::New(Slot(0), Digest { length: 0, hash: 0 });

    /// The digest of the bytes.
    pub(crate) fn digest(self) -> Digest {
        match self {
            Written::New(_, digest) | Written::Changed(_, digest) | Written::Unchanged(digest) => {
                digest
            }
        }
    }

    pub(super) fn made(is_there: bool, slot: Slot, digest: Digest) -> Self {
        match is_there {
            true => Written::Changed(slot, digest),
            false => Written::New(slot, digest),
        }
    }
}

/// The number of a new file until it is moved into place. Few files change, and creating folders for them would cost
/// more than the files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot(pub(crate) u32);

impl Slot {
    /// Its name in the folder of slots, which limits the number of files in each folder.
    pub(super) fn name(self) -> String {
        format!("{}/{}", self.0 >> 8, self.0)
    }
}
