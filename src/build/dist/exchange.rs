//! Replaces a whole folder atomically.
//!
//! New and unchanged files are linked into a folder with the whole new site, and the two folders are exchanged. kiln's
//! files are removed from the old one once the build has reported success.
//!
//! They are removed on all cores, 20 ms after the exchange at the earliest. Files that somebody put into the old folder
//! in the meantime are moved to the new one. A build that finds an old folder does the same first.

use std::fs::{self, DirEntry};
use std::io::ErrorKind;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::folder::{self, Folder, Folders};
use super::record::{self, Record, removable};
use super::scan::Scan;
use super::staging::{FILES, Staging, identity};
use super::written::Slot;
use super::{adopt, own_files};
use crate::build::manifest::Listing;
use crate::build::manifest::key;
use crate::build::parallel;

/// How long the old folder is kept: a reader may have opened the folder but not yet the file in it.
const GRACE_PERIOD: Duration = Duration::from_millis(20);

/// The file in the staging folder that identifies the folder to be replaced.
const OLD: &str = "old";

/// Exchanges the out folder for one with the new files, the unchanged files and those that kiln did not write.
///
/// # Errors
///
/// Fails if the system does not support it; nothing has changed then.
pub(super) fn apply(out: &Path, staging: &Staging, listing: &Listing, scan: &Scan) -> Result<()> {
    let new = staging.files();
    let made = listing.files()?.map(|entry| {
        let entry = entry?;
        let slot = (!entry.kind.is_unchanged()).then_some(entry.slot);
        Ok((entry.name(), slot))
    });
    let kept = adopt::version_control(out).map(|(name, _)| name.to_owned());
    let foreign = scan.foreign.iter().cloned().chain(kept).map(|name| Ok((name, None)));
    parallel::in_batches(made.chain(foreign), |files| {
        let mut slots = Folders::open(&staging.slots())?;
        let (mut old, mut new) = (Folders::open(out)?, Folders::open(&new)?);
        for (name, slot) in files {
            let slot = slot.map(Slot::name);
            let (from, from_name) = match &slot {
                Some(slot) => slots.of(slot)?,
                None => old.of(name)?,
            };
            let (to, to_name) = new.made_for(name)?;
            from.link(from_name, to, to_name)?;
        }
        Ok(())
    })?;
    for folder in &scan.empty_folders {
        Folder::open(&new)?.made(folder)?;
    }
    if !scan.other_permissions.iter().any(|(folder, _)| folder.is_empty()) {
        copy_permissions(&new, out)?;
    }
    record::write(&new, listing)?;
    fs::write(staging.folder().join(OLD), identity(out)?)
        .with_context(|| format!("cannot write to {}", staging.folder().display()))?;
    staging.flush()?;
    folder::exchange(out, &new)
        .with_context(|| format!("cannot exchange {} for {}", out.display(), new.display()))
}

/// Sets the permissions of the new out folder to those of the old one.
fn copy_permissions(new: &Path, out: &Path) -> Result<()> {
    let take = || fs::set_permissions(new, fs::metadata(out)?.permissions());
    take().with_context(|| {
        format!("cannot give {} the permissions of {}", new.display(), out.display())
    })
}

/// Removes the old folder after a grace period.
pub(super) fn remove_old(staging: &Path, out: &Path) -> Result<()> {
    thread::sleep(GRACE_PERIOD);
    remove_if_old(staging, out)
}

/// Removes kiln's files and hard links from the old folder, if there is one. Files that others put there before the
/// exchange are moved to the new one.
pub(super) fn remove_if_old(staging: &Path, out: &Path) -> Result<()> {
    let old = staging.join(FILES);
    let is_old = fs::read_to_string(staging.join(OLD))
        .is_ok_and(|text| identity(&old).is_ok_and(|identity| identity == text));
    // If the new folder has been removed, nothing of the old one is needed.
    if !is_old || !out.is_dir() {
        return Ok(());
    }
    let names = Record::read(&old)?
        .filter_map(|recorded| recorded.map(|recorded| removable(&recorded.key)).transpose());
    parallel::in_batches(names, |names| {
        let mut old = Folders::open(&old)?;
        for name in names {
            // It may already be missing.
            let _ = old.of(name).and_then(|(folder, name)| folder.remove_file(name));
        }
        Ok(())
    })?;
    for own in own_files::ALL {
        let _ = fs::remove_file(old.join(own));
    }
    Rescue { out }.empty(&old, "")
}

/// Moves the remaining files of an old folder to the new one unless they exist there.
struct Rescue<'a> {
    out: &'a Path,
}

impl Rescue<'_> {
    /// Empties a folder and removes it, on all threads.
    fn empty(&self, folder: &Path, above: &str) -> Result<()> {
        let list = || fs::read_dir(folder)?.collect::<std::io::Result<Vec<_>>>();
        let entries = list().with_context(|| format!("cannot list {}", folder.display()))?;
        let take = |entry: &DirEntry| {
            let name = format!("{above}{}", entry.file_name().to_string_lossy());
            match entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                true => self.empty(&entry.path(), &format!("{name}/")),
                false => {
                    self.take(&entry.path(), &self.out.join(above).join(entry.file_name()), &name)
                }
            }
        };
        parallel::for_each(&entries, take)?;
        fs::remove_dir(folder).with_context(|| format!("cannot remove {}", folder.display()))
    }

    fn take(&self, path: &Path, place: &Path, name: &str) -> Result<()> {
        let identity_of = |path: &Path| {
            let (above, own) = (path.parent()?, path.file_name()?.to_str()?);
            Folder::open(above).ok()?.identity(own).ok()
        };
        let now = identity_of(place);
        // The new folder has a link to the same file.
        if now.is_some() && now == identity_of(path) {
            return fs::remove_file(path).with_context(|| format!("cannot remove {name}"));
        }
        let above = place.parent().unwrap_or(place);
        let moved =
            fs::create_dir_all(above).and_then(|()| match folder::rename_new(path, place) {
                // The file was replaced after it was linked: the replacement is kept.
                Err(error) if error.kind() == ErrorKind::AlreadyExists && self.is_foreign(name) => {
                    fs::rename(path, place)
                }
                moved => moved,
            });
        moved.with_context(|| {
            format!(
                "{} was not written by kiln and cannot be moved to {}: move it, before the next build removes it",
                path.display(),
                place.display()
            )
        })
    }

    /// Returns true if and only if the new folder's file of this name was not written by kiln.
    fn is_foreign(&self, name: &str) -> bool {
        let key = key::of(name);
        let mut record = Record::read(self.out).into_iter().flatten();
        !record.any(|recorded| recorded.is_ok_and(|recorded| recorded.key == key))
    }
}
