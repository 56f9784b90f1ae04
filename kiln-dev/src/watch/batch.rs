//! The changes that belong together: those of one save, or of one command of Git.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use notify::EventKind;
use notify::event::{AccessKind, AccessMode, MetadataKind, ModifyKind, RenameMode};

/// Paths that have changed.
#[derive(Debug, Default)]
pub(super) struct Batch(BTreeMap<PathBuf, Change>);

/// What has happened to a path.
#[derive(Debug)]
struct Change {
    is_new: bool,
    /// Whether a program may still write to it.
    is_open: bool,
}

/// The effect of an event on a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Created,
    /// Something else may be there now.
    Renamed,
    Written,
    /// The file is as the program that has written it leaves it, or gone.
    Finished,
}

impl Effect {
    /// The effect of an event; `None` if nothing has changed.
    ///
    /// This program and the compiler read files all the time, and the system reports that, too.
    pub(super) fn of(kind: EventKind) -> Option<Self> {
        match kind {
            EventKind::Create(_) => Some(Effect::Created),
            EventKind::Modify(ModifyKind::Name(RenameMode::From))
            | EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Remove(_) => Some(Effect::Finished),
            EventKind::Modify(ModifyKind::Name(_)) => Some(Effect::Renamed),
            // Permissions, and the time of the last reading.
            EventKind::Modify(ModifyKind::Metadata(kind)) => {
                (kind == MetadataKind::WriteTime).then_some(Effect::Written)
            }
            EventKind::Modify(_) | EventKind::Any => Some(Effect::Written),
            EventKind::Access(_) | EventKind::Other => None,
        }
    }
}

impl Batch {
    /// Adds a path.
    pub(super) fn add(&mut self, effect: Effect, path: &Path) {
        // A folder changes with its files, and these have events of their own.
        let is_other = matches!(effect, Effect::Created | Effect::Renamed);
        if is_other || !path.is_dir() {
            let is_new = effect == Effect::Created;
            let change = Change { is_new, is_open: false };
            let change = self.0.entry(path.to_path_buf()).or_insert(change);
            change.is_open = matches!(effect, Effect::Created | Effect::Written);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether more is about to be written. Not all systems say when a file is finished.
    pub(super) fn is_open(&self) -> bool {
        self.0.values().any(|change| change.is_open)
    }

    pub(super) fn has_folder(&self) -> bool {
        self.0.keys().any(|path| path.is_dir())
    }

    /// The changed paths, without files that were created and are gone, as editors and build tools leave them.
    pub(super) fn changed(self) -> Vec<PathBuf> {
        let paths = self.0.into_iter().filter(|(path, change)| !change.is_new || path.exists());
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
            for effect in kinds.iter().filter_map(|kind| Effect::of(*kind)) {
                batch.add(effect, gone);
            }
            assert_eq!(!batch.changed().is_empty(), is_change, "{kinds:?}");
        }
    }

    #[test]
    fn a_file_is_open_until_it_is_closed_renamed_or_removed() {
        let create = EventKind::Create(CreateKind::File);
        let write = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        let close = EventKind::Access(AccessKind::Close(AccessMode::Write));
        let to = EventKind::Modify(ModifyKind::Name(RenameMode::To));
        let remove = EventKind::Remove(RemoveKind::File);
        for (kinds, is_open) in [
            (vec![create], true),
            (vec![write], true),
            (vec![create, write, close], false),
            (vec![write, close, write], true),
            (vec![write, to], false),
            (vec![write, remove], false),
        ] {
            let mut batch = Batch::default();
            for effect in kinds.iter().filter_map(|kind| Effect::of(*kind)) {
                batch.add(effect, Path::new("/kiln-dev/no-such-file"));
            }
            assert_eq!(batch.is_open(), is_open, "{kinds:?}");
        }
    }
}
