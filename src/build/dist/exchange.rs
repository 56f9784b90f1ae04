//! Replaces a whole folder in one step.
//!
//! The new files, and those that have not changed, get a second name in a folder that is the whole site then, and the two
//! folders change places. What kiln wrote is removed from the old one once the build has reported its success.

use std::fs::{self, DirEntry};
use std::io::ErrorKind;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::folder::{self, Folder, Folders};
use super::found::Found;
use super::record::{self, Record, removable};
use super::staging::{FILES, Staging, identity};
use crate::build::dist::{Slot, adopt, own_files};
use crate::build::manifest::Listing;
use crate::build::manifest::key;
use crate::build::output::batches;

/// How long the old folder is kept: a reader may have found it by its path, and the file in it not yet.
const GRACE: Duration = Duration::from_millis(20);

/// The file of the staging folder that says which folder is to be replaced.
const OLD: &str = "old";

/// Puts the new files, with those that have not changed and what kiln did not write, in the place of the out folder.
///
/// # Errors
///
/// Where the system cannot do so, and nothing has changed then.
pub(super) fn apply(out: &Path, staging: &Staging, listing: &Listing, found: &Found) -> Result<()> {
    let new = staging.files();
    let made = listing.files()?.map(|entry| {
        let entry = entry?;
        let slot = (!entry.claim.is_unchanged()).then_some(entry.slot);
        Ok((entry.name(), slot))
    });
    let kept = adopt::version_control(out).map(|(name, _)| name.to_owned());
    let foreign = found.foreign.iter().cloned().chain(kept).map(|name| Ok((name, None)));
    batches::each(made.chain(foreign), |files| {
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
    for folder in &found.empty_folders {
        Folder::open(&new)?.made(folder)?;
    }
    if !found.other_permissions.iter().any(|(folder, _)| folder.is_empty()) {
        take_after(&new, out)?;
    }
    record::write(&new, listing)?;
    fs::write(staging.folder().join(OLD), identity(out)?)
        .with_context(|| format!("cannot write to {}", staging.folder().display()))?;
    staging.flush()?;
    folder::exchange(out, &new)
        .with_context(|| format!("cannot exchange {} for {}", out.display(), new.display()))
}

/// Gives the new out folder the permissions of the old one.
fn take_after(new: &Path, out: &Path) -> Result<()> {
    let take = || fs::set_permissions(new, fs::metadata(out)?.permissions());
    take().with_context(|| format!("cannot give {} the rights of {}", new.display(), out.display()))
}

/// Removes the old folder, after a while.
pub(super) fn remove_old(staging: &Path, out: &Path) -> Result<()> {
    thread::sleep(GRACE);
    remove_if_old(staging, out)
}

/// Removes what kiln wrote from the old folder, where there is one, and what has another name in the new one. What somebody
/// put there before the two changed places is moved to the new one.
pub(super) fn remove_if_old(staging: &Path, out: &Path) -> Result<()> {
    let old = staging.join(FILES);
    let is_old = fs::read_to_string(staging.join(OLD))
        .is_ok_and(|text| identity(&old).is_ok_and(|identity| identity == text));
    // Where somebody has removed the new folder, nothing of the old one is wanted either.
    if !is_old || !out.is_dir() {
        return Ok(());
    }
    let names = Record::read(&old)?
        .filter_map(|recorded| recorded.map(|recorded| removable(&recorded.key)).transpose());
    batches::each(names, |names| {
        let mut old = Folders::open(&old)?;
        for name in names {
            // It may have been gone before.
            let _ = old.of(name).and_then(|(folder, name)| folder.remove_file(name));
        }
        Ok(())
    })?;
    for own in own_files::ALL {
        let _ = fs::remove_file(old.join(own));
    }
    Rescue { out }.empty(&old, "")
}

/// Moves what is left of an old folder to the new one, where it has no name there yet.
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
        batches::on_pool(|| entries.par_iter().try_for_each(take))?;
        fs::remove_dir(folder).with_context(|| format!("cannot remove {}", folder.display()))
    }

    fn take(&self, path: &Path, place: &Path, name: &str) -> Result<()> {
        let identity_of = |path: &Path| {
            let (above, own) = (path.parent()?, path.file_name()?.to_str()?);
            Folder::open(above).ok()?.identity(own).ok()
        };
        let now = identity_of(place);
        // It has a second name, that in the new folder.
        if now.is_some() && now == identity_of(path) {
            return fs::remove_file(path).with_context(|| format!("cannot remove {name}"));
        }
        let above = place.parent().unwrap_or(place);
        let moved =
            fs::create_dir_all(above).and_then(|()| match folder::rename_new(path, place) {
                // Somebody replaced it after it got its second name: then that is what counts.
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

    /// Returns true if and only if kiln did not write the file of that name in the new folder.
    fn is_foreign(&self, name: &str) -> bool {
        let key = key::of(name);
        let mut record = Record::read(self.out).into_iter().flatten();
        !record.any(|recorded| recorded.is_ok_and(|recorded| recorded.key == key))
    }
}
