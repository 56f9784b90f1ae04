//! What lies in an out folder and was not written by kiln.

use std::cmp::Ordering;
use std::fs::{self, DirEntry, FileType};
use std::io::ErrorKind;
use std::iter::Peekable;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::record::{self, Record};
use super::rights::{FolderRights, Rights};
use crate::build::manifest::key;

/// What lies in an out folder. Links are never followed, and belong to whoever made them. What a version control system
/// keeps at the top is passed over, whether it is a file or a folder.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// All that is not a folder and that the record does not name, sorted by key.
    pub(crate) foreign: Vec<String>,
    /// The folders with nothing in them; kiln leaves none.
    pub(super) empty_folders: Vec<String>,
    /// The number of folders.
    pub(super) folders: usize,
    /// The folders that hold files of kiln's and have other permissions than they would get now, and these permissions;
    /// the out folder itself has an empty name.
    pub(super) other_permissions: Vec<(String, u32)>,
    /// Why not all of it can be given a place in another folder, as a sentence about the out folder without its subject.
    pub(super) is_bound_by: Option<String>,
}

impl Found {
    /// Looks at all that lies below a folder.
    pub(super) fn below(out: &Path, rights: &Rights) -> Result<Self> {
        let mut found = Found::default();
        match rights.of_out_folder(out, &out.join(record::FILE)) {
            FolderRights::Usual => {}
            FolderRights::Permissions(permissions) => {
                found.other_permissions.push((String::new(), permissions));
            }
            FolderRights::Other => found.bind("has another owner than a new folder"),
        }
        found.look(out, "", rights, &mut Record::read(out)?.peekable())?;
        found.foreign.sort_by_cached_key(|name| key::of(name));
        Ok(found)
    }

    /// Looks at a folder; gives whether kiln has a file in it.
    fn look(
        &mut self,
        folder: &Path,
        above: &str,
        rights: &Rights,
        record: &mut Peekable<Record>,
    ) -> Result<bool> {
        let list = || fs::read_dir(folder)?.collect::<std::io::Result<Vec<DirEntry>>>();
        let entries = match list() {
            // Somebody keeps it from everybody else: kiln did not, and leaves it alone.
            Err(error) if error.kind() == ErrorKind::PermissionDenied && !above.is_empty() => {
                let name = above.trim_end_matches('/');
                self.foreign.push(name.to_owned());
                self.bind(format!("contains `{name}`, which cannot be read"));
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
                has_recorded |= self.look(&below, &full, rights, record)?;
            } else if is_next(record, &key::of(&full))? && kind.is_some_and(|kind| kind.is_file()) {
                has_recorded = true;
            } else {
                self.foreign.push(full);
            }
        }
        if !above.is_empty() {
            self.look_at_rights(rights.of_folder(folder), above, has_recorded);
        }
        Ok(has_recorded)
    }

    /// The names in a folder, sorted by key. One that is not text cannot be kiln's.
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
                    self.bind(format!("contains `{name}`, a name that is not plain text"));
                    self.foreign.push(name);
                }
            }
        }
        names.sort_by_cached_key(|(name, _)| key::of(name));
        names
    }

    fn look_at_rights(&mut self, rights: FolderRights, above: &str, is_kilns: bool) {
        let name = above.trim_end_matches('/');
        match rights {
            FolderRights::Usual => {}
            FolderRights::Permissions(permissions) if is_kilns => {
                self.other_permissions.push((name.to_owned(), permissions));
            }
            FolderRights::Permissions(_) | FolderRights::Other => self.bind(format!(
                "contains the folder `{name}`, which has other permissions or another owner than a new one"
            )),
        }
    }

    fn bind(&mut self, reason: impl Into<String>) {
        self.is_bound_by.get_or_insert_with(|| reason.into());
    }
}

/// How many files and folders there are.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Count {
    pub(super) files: usize,
    pub(super) folders: usize,
}

/// Counts what is below a folder, without the files that kiln keeps for itself; `None` where there is something unusual,
/// which takes a closer look.
pub(super) fn count(out: &Path, rights: &Rights) -> Result<Option<Count>> {
    match rights.of_out_folder(out, &out.join(record::FILE)) {
        FolderRights::Usual => count_in(out, true, rights),
        _ => Ok(None),
    }
}

fn count_in(folder: &Path, is_topmost: bool, rights: &Rights) -> Result<Option<Count>> {
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
    let count_below = |folder: &PathBuf| match rights.of_folder(folder) {
        FolderRights::Usual => count_in(folder, false, rights),
        _ => Ok(None),
    };
    let below: Vec<Option<Count>> = folders.par_iter().map(count_below).collect::<Result<_>>()?;
    let sum = |sum: Count, count: Option<Count>| {
        count.map(|Count { files, folders }| Count {
            files: sum.files + files,
            folders: sum.folders + folders,
        })
    };
    Ok(below.into_iter().try_fold(count, sum))
}

/// Returns true if and only if the record has a name; what comes before it in the record is passed over.
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
