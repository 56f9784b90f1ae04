//! What lies in an out folder and was not written by kiln.

use std::cmp::Ordering;
use std::fs::{self, DirEntry};
use std::io::ErrorKind;
use std::iter::Peekable;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

#[cfg(not(unix))]
use super::folder::is_writable;
use super::record::{self, Record};
use crate::build::key;

/// What lies in an out folder. Links are never followed, and are nobody's but their maker's.
#[derive(Debug, Default)]
pub(in crate::build) struct Found {
    /// All that is no folder and that the record does not name, sorted by key.
    pub(in crate::build) foreign: Vec<String>,
    /// The folders with nothing in them; kiln leaves none.
    pub(super) empty_folders: Vec<String>,
    /// Whether there is what cannot be given a place in another folder: a name that is no text, or a folder that has
    /// other rights or another owner than a new one would have, or is a mount.
    pub(super) is_bound: bool,
}

impl Found {
    /// Looks at all that lies below a folder.
    pub(super) fn below(out: &Path, usual: &Rights) -> Result<Self> {
        let mut found = Found::default();
        found.look(out, "", usual, &mut Record::read(out)?.peekable())?;
        found.foreign.sort_by_cached_key(|name| key::of(name));
        Ok(found)
    }

    fn look(
        &mut self,
        folder: &Path,
        above: &str,
        usual: &Rights,
        record: &mut Peekable<Record>,
    ) -> Result<()> {
        let list = || fs::read_dir(folder)?.collect::<std::io::Result<Vec<DirEntry>>>();
        let entries = match list() {
            // Somebody keeps it from everybody else: kiln did not, and has no business in there.
            Err(error) if error.kind() == ErrorKind::PermissionDenied && !above.is_empty() => {
                self.foreign.push(above.trim_end_matches('/').to_owned());
                self.is_bound = true;
                return Ok(());
            }
            listed => listed.with_context(|| format!("cannot list {}", folder.display()))?,
        };
        self.is_bound |= !usual.are_those_of(folder, above.is_empty());
        if entries.is_empty() && !above.is_empty() {
            self.empty_folders.push(above.trim_end_matches('/').to_owned());
        }
        let mut names = Vec::with_capacity(entries.len());
        for entry in entries {
            match entry.file_name().into_string() {
                Ok(name) if !name.contains(char::is_control) => {
                    names.push((key::of(&name), name, entry.file_type().ok()));
                }
                // No name of kiln's. It can stand in nobody's way.
                other => {
                    let name = other.unwrap_or_else(|name| name.to_string_lossy().into_owned());
                    self.foreign.push(format!("{above}{}", name.escape_debug()));
                    self.is_bound = true;
                }
            }
        }
        names.sort_unstable_by(|(a, ..), (b, ..)| a.cmp(b));
        for (_, name, kind) in names {
            let full = format!("{above}{name}");
            if record::is_reserved(&full) {
                continue;
            }
            if kind.is_some_and(|kind| kind.is_dir()) {
                self.look(&folder.join(&name), &format!("{full}/"), usual, record)?;
            } else if !is_next(record, &key::of(&full))? || !kind.is_some_and(|kind| kind.is_file())
            {
                self.foreign.push(full);
            }
        }
        Ok(())
    }
}

/// The rights and the owner that a folder has when this process makes it, and the file system that it is on.
#[derive(Debug)]
pub(super) struct Rights {
    #[cfg(unix)]
    of: fs::Metadata,
}

impl Rights {
    /// Those of a folder that this process has made.
    #[cfg_attr(not(unix), expect(unused_variables, reason = "nothing can be told there"))]
    pub(super) fn of_new(folder: &Path) -> Result<Self> {
        Ok(Rights {
            #[cfg(unix)]
            of: fs::symlink_metadata(folder)
                .with_context(|| format!("cannot look at {}", folder.display()))?,
        })
    }

    /// Returns true if and only if a folder has the same; the mode of the topmost may be another, and is kept.
    #[cfg(unix)]
    fn are_those_of(&self, folder: &Path, is_topmost: bool) -> bool {
        use std::os::unix::fs::MetadataExt;
        fs::symlink_metadata(folder).is_ok_and(|data| {
            data.uid() == self.of.uid()
                && data.gid() == self.of.gid()
                && data.dev() == self.of.dev()
                && (is_topmost || data.mode() == self.of.mode())
        })
    }

    #[cfg(not(unix))]
    fn are_those_of(&self, folder: &Path, _: bool) -> bool {
        is_writable(folder)
    }
}

/// How many files are below a folder; `None` where there is something unusual, which takes a closer look.
pub(super) fn count(out: &Path, usual: &Rights) -> Result<Option<usize>> {
    match usual.are_those_of(out, true) {
        true => count_in(out, usual),
        false => Ok(None),
    }
}

fn count_in(out: &Path, usual: &Rights) -> Result<Option<usize>> {
    let (mut files, mut folders) = (0, Vec::new());
    let cannot = || format!("cannot list {}", out.display());
    for entry in fs::read_dir(out).with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => folders.push(entry.path()),
            Ok(kind) if kind.is_file() => files += 1,
            _ => return Ok(None),
        }
    }
    if files == 0 && folders.is_empty() {
        return Ok(None);
    }
    let count_below = |folder: &PathBuf| match usual.are_those_of(folder, false) {
        true => count_in(folder, usual),
        false => Ok(None),
    };
    let below: Vec<Option<usize>> = folders.par_iter().map(count_below).collect::<Result<_>>()?;
    Ok(below.into_iter().try_fold(files, |sum, count| Some(sum + count?)))
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
