//! The changes that belong together: those of one save, or of one command of Git.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use notify::EventKind;
use notify::event::{AccessKind, AccessMode, MetadataKind, ModifyKind, RenameMode};

/// Paths that have changed, by whether they are new.
#[derive(Debug, Default)]
pub(super) struct Batch(BTreeMap<PathBuf, bool>);

impl Batch {
    /// Adds an event of a path. Returns true if something may be new there.
    pub(super) fn add(&mut self, kind: &EventKind, path: &Path) -> bool {
        let is_new = match kind {
            EventKind::Create(_) => true,
            EventKind::Modify(ModifyKind::Name(mode)) => !matches!(mode, RenameMode::From),
            // Permissions, and the time of the last reading.
            EventKind::Modify(ModifyKind::Metadata(kind)) if *kind != MetadataKind::WriteTime => {
                return false;
            }
            EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Modify(_)
            | EventKind::Remove(_)
            | EventKind::Any => false,
            EventKind::Access(_) | EventKind::Other => return false,
        };
        // A folder changes with its files, and these have events of their own.
        if !is_new && path.is_dir() {
            return false;
        }
        self.0.entry(path.to_path_buf()).or_insert(matches!(kind, EventKind::Create(_)));
        is_new
    }

    /// The changed paths, without files that were created and are gone, as editors and build tools leave them.
    pub(super) fn changed(self) -> Vec<PathBuf> {
        let paths = self.0.into_iter().filter(|(path, is_new)| !is_new || path.exists());
        paths.map(|(path, _)| path).collect()
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, DataChange, RemoveKind};

    use super::*;

    #[test]
    fn what_was_only_there_for_a_moment_is_no_change() {
        let gone = Path::new("/kiln-dev/no-such-file");
        let create = EventKind::Create(CreateKind::File);
        let remove = EventKind::Remove(RemoveKind::File);
        let write = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        let read = EventKind::Access(AccessKind::Open(AccessMode::Read));
        let mode = EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any));
        let time = EventKind::Modify(ModifyKind::Metadata(MetadataKind::WriteTime));
        for (kinds, is_change) in [
            (vec![create, write, remove], false),
            (vec![remove], true),
            (vec![remove, create], true),
            (vec![write], true),
            (vec![time], true),
            (vec![read, mode], false),
        ] {
            let mut batch = Batch::default();
            for kind in &kinds {
                batch.add(kind, gone);
            }
            assert_eq!(!batch.changed().is_empty(), is_change, "{kinds:?}");
        }
    }
}
