//! The files in an out folder that kiln did not write.

use std::cmp::Ordering;
use std::fs::{self, DirEntry, FileType};
use std::io::ErrorKind;
use std::iter::Peekable;
use std::ops::Add;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};

use super::permissions::{FolderPermissions, NewPermissions};
use super::record::{self, Record};
use crate::build::manifest::key;
use crate::build::parallel;
use crate::text::sorted::sorted_by;

/// The contents of an out folder. Links are not followed and count as foreign files. Files and folders of version
/// control at the top are ignored.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// Everything except folders that is not in the record, sorted by key.
    pub(crate) foreign: Vec<String>,
    /// Empty folders; kiln leaves none.
    pub(super) empty_folders: Vec<String>,
    /// The number of folders.
    pub(super) folders: usize,
    /// The folders with kiln's files whose permissions differ from those of a new one, with these permissions; the out
    /// folder itself has an empty name.
    pub(super) other_permissions: Vec<(String, u32)>,
    /// Why some of it cannot be moved to another folder, as a sentence about the out folder without its subject.
    pub(super) obstacle_to_exchange: Option<String>,
}

impl Scan {
    /// Scans a folder.
    pub(super) fn below(out: &Path, new_permissions: &NewPermissions) -> Result<Self> {
        let mut found = Scan::default();
        match new_permissions.of_out_folder(out, &out.join(record::FILE)) {
            FolderPermissions::Usual => {}
            FolderPermissions::Different(permissions) => {
                found.other_permissions.push((String::new(), permissions));
            }
            FolderPermissions::Other => found.add_obstacle("has another owner than a new folder"),
        }
        found.look(out, "", new_permissions, &mut Record::read(out)?.peekable())?;
        found.foreign = sorted_by_name(found.foreign, |name| name);
        Ok(found)
    }

    /// Scans a folder. Returns whether kiln has a file in it.
    fn look(
        &mut self,
        folder: &Path,
        above: &str,
        new_permissions: &NewPermissions,
        record: &mut Peekable<Record>,
    ) -> Result<bool> {
        let list = || fs::read_dir(folder)?.collect::<std::io::Result<Vec<DirEntry>>>();
        let entries = match list() {
            // Another user has restricted the folder. kiln did not, and leaves it alone.
            Err(error) if error.kind() == ErrorKind::PermissionDenied && !above.is_empty() => {
                let name = above.trim_end_matches('/');
                self.foreign.push(name.to_owned());
                self.add_obstacle(format!("contains `{name}`, which cannot be read"));
                return Ok(false);
            }
            listed => listed.with_context(|| format!("cannot list {}", folder.display()))?,
        };
        self.folders += 1;
        if entries.is_empty() && !above.is_empty() {
            self.empty_folders.push(above.trim_end_matches('/').to_owned());
        }
        let mut has_recorded = false;
        for (name, kind) in self.names(above, entries) {
            let full = format!("{above}{name}");
            if record::is_reserved(&full) {
                continue;
            }
            if kind.is_some_and(|kind| kind.is_dir()) {
                let (below, full) = (folder.join(&name), format!("{full}/"));
                has_recorded |= self.look(&below, &full, new_permissions, record)?;
            } else if is_next(record, &key::of(&full))? && kind.is_some_and(|kind| kind.is_file()) {
                has_recorded = true;
            } else {
                self.foreign.push(full);
            }
        }
        if !above.is_empty() {
            self.look_at_rights(new_permissions.of_folder(folder), above, has_recorded);
        }
        Ok(has_recorded)
    }

    /// The names in a folder, sorted by key. A name that is not UTF-8 cannot be kiln's.
    fn names(&mut self, above: &str, entries: Vec<DirEntry>) -> Vec<(String, Option<FileType>)> {
        let mut names = Vec::with_capacity(entries.len());
        for entry in entries {
            match entry.file_name().into_string() {
                Ok(name) if !name.contains(char::is_control) => {
                    names.push((name, entry.file_type().ok()));
                }
                other => {
                    let name = other.unwrap_or_else(|name| name.to_string_lossy().into_owned());
                    let name = format!("{above}{}", name.escape_debug());
                    self.add_obstacle(format!("contains `{name}`, a name that is not plain text"));
                    self.foreign.push(name);
                }
            }
        }
        sorted_by_name(names, |(name, _)| name)
    }

    fn look_at_rights(&mut self, new_permissions: FolderPermissions, above: &str, is_kilns: bool) {
        let name = above.trim_end_matches('/');
        match new_permissions {
            FolderPermissions::Usual => {}
            FolderPermissions::Different(permissions) if is_kilns => {
                self.other_permissions.push((name.to_owned(), permissions));
            }
            FolderPermissions::Different(_) | FolderPermissions::Other => self.add_obstacle(format!(
                "contains the folder `{name}`, which has other permissions or another owner than a new one"
            )),
        }
    }

    fn add_obstacle(&mut self, reason: impl Into<String>) {
        self.obstacle_to_exchange.get_or_insert_with(|| reason.into());
    }
}

/// The number of files and folders.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Count {
    pub(super) files: usize,
    pub(super) folders: usize,
}

impl Add for Count {
    type Output = Count;

    fn add(self, other: Count) -> Count {
        Count { files: self.files + other.files, folders: self.folders + other.folders }
    }
}

/// Counts the contents of a folder without kiln's own files; `None` if there is anything unusual, which needs a full
/// scan.
pub(super) fn count(out: &Path, new_permissions: &NewPermissions) -> Result<Option<Count>> {
    match new_permissions.of_out_folder(out, &out.join(record::FILE)) {
        FolderPermissions::Usual => count_in(out, true, new_permissions),
        _ => Ok(None),
    }
}

fn count_in(
    folder: &Path,
    is_topmost: bool,
    new_permissions: &NewPermissions,
) -> Result<Option<Count>> {
    let mut count = Count { files: 0, folders: 1 };
    let mut folders = Vec::new();
    let cannot = || format!("cannot list {}", folder.display());
    for entry in fs::read_dir(folder).with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        if is_topmost && entry.file_name().to_str().is_some_and(record::is_reserved) {
            continue;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => folders.push(entry.path()),
            Ok(kind) if kind.is_file() => count.files += 1,
            _ => return Ok(None),
        }
    }
    if count.files == 0 && folders.is_empty() {
        return Ok(None);
    }
    let total = Mutex::new(Some(count));
    parallel::for_each(&folders, |folder| {
        let below = match new_permissions.of_folder(folder) {
            FolderPermissions::Usual => count_in(folder, false, new_permissions)?,
            _ => None,
        };
        let mut total = total.lock().unwrap_or_else(PoisonError::into_inner);
        *total = total.zip(below).map(|(total, below)| total + below);
        Ok(())
    })?;
    Ok(total.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Returns true if and only if the record contains a name; earlier names in the record are skipped.
fn is_next(record: &mut Peekable<Record>, key: &[u8]) -> Result<bool> {
    while let Some(recorded) = record.next_if(|recorded| {
        recorded.as_ref().map_or(true, |recorded| recorded.key.as_slice() <= key)
    }) {
        if recorded?.key.as_slice().cmp(key) == Ordering::Equal {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Sorts what has a name by its key.
fn sorted_by_name<T>(values: Vec<T>, name: impl Fn(&T) -> &String) -> Vec<T> {
    let keyed = values.into_iter().map(|value| (key::of(name(&value)), value)).collect();
    let sorted = sorted_by(keyed, |(a, _): &(Vec<u8>, T), (b, _)| a.cmp(b));
    sorted.into_iter().map(|(_, value)| value).collect()
}
