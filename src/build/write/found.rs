//! What lies in an out folder: files that kiln wrote, and what it did not.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Bound;
use std::path::Path;

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

use super::RESERVED;
use crate::build::claims::folded;

/// The files below an out folder. Links are never followed, and are nobody's but their maker's.
#[derive(Debug)]
pub(super) struct Found {
    /// Files that the record of the build before names.
    pub(super) recorded: Vec<String>,
    /// All else that is no folder, sorted.
    pub(super) foreign: Vec<String>,
}

impl Found {
    pub(super) fn below(out: &Path, record: &BTreeSet<String>) -> Result<Self> {
        let mut found = Found { recorded: Vec::new(), foreign: Vec::new() };
        let is_kept = |entry: &walkdir::DirEntry| {
            entry.depth() == 1 && RESERVED.iter().any(|name| entry.file_name() == *name)
        };
        let walk = WalkDir::new(out).min_depth(1).sort_by_file_name().into_iter();
        for entry in walk.filter_entry(|entry| !is_kept(entry)) {
            let entry = entry.with_context(|| format!("cannot list {}", out.display()))?;
            if entry.file_type().is_dir() {
                continue;
            }
            let name = entry.path().strip_prefix(out).unwrap_or(entry.path());
            let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
            let name = parts.join("/");
            let is_recorded = entry.file_type().is_file() && record.contains(&name);
            if is_recorded { &mut found.recorded } else { &mut found.foreign }.push(name);
        }
        Ok(found)
    }

    /// Fails where a file of this build would stand in the place of one that kiln did not write, also where some
    /// file system only takes the two for one.
    pub(super) fn refuse_foreign(&self, all: &BTreeSet<&str>) -> Result<()> {
        if self.foreign.is_empty() {
            return Ok(());
        }
        let all: BTreeSet<String> = all.iter().map(|name| folded(name).into_owned()).collect();
        let taken = self.foreign.iter().find(|file| {
            let file = folded(file);
            let below = format!("{file}/");
            let next =
                all.range::<str, _>((Bound::Included(below.as_str()), Bound::Unbounded)).next();
            all.contains(&*file)
                || next.is_some_and(|name| name.starts_with(&below))
                || file.match_indices('/').any(|(slash, _)| all.contains(&file[..slash]))
        });
        match taken {
            Some(file) => bail!(
                "{file} in the out folder was not written by kiln, and a page needs its place\n  hint: move it away, or to `public/`"
            ),
            None => Ok(()),
        }
    }
}

/// Removes a folder that holds nothing but folders, and is in the place of a file.
pub(super) fn remove_empty_folders(folder: &Path) {
    if !fs::symlink_metadata(folder).is_ok_and(|data| data.is_dir()) {
        return;
    }
    for entry in WalkDir::new(folder).contents_first(true).into_iter().flatten() {
        // One that is not empty stays, and the file that needs its place says so.
        let _ = fs::remove_dir(entry.path());
    }
}
