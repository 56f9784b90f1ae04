//! Replaces a whole folder in one step.
//!
//! The new files, and those that have not changed, get a second name in a folder that is the whole site then; the two folders
//! change places; and what is in the old one is removed, as far as kiln wrote it.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::folder::{self, Folder, Folders};
use super::found::Found;
use super::record::{self, Record, removable};
use super::staging::Staging;
use super::{OWN, Slot};
use crate::build::batches;
use crate::build::manifest::Listing;

/// How long the old folder is kept: a reader may have found it by its path, and the file in it not yet.
const GRACE: Duration = Duration::from_millis(20);

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
    let foreign = found.foreign.iter().map(|name| Ok((name.clone(), None)));
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
    let above = found
        .foreign
        .iter()
        .flat_map(|name| name.match_indices('/').map(|(slash, _)| &name[..slash]));
    for folder in above.chain(found.empty_folders.iter().map(String::as_str)).chain([""]) {
        take_after(&new.join(folder), &out.join(folder))?;
    }
    record::write(&new, listing)?;
    staging.flush()?;
    folder::exchange(out, &new)
        .with_context(|| format!("cannot exchange {} for {}", out.display(), new.display()))
}

/// Removes the second names of what is in the new folder, and what kiln wrote and is not; gives what somebody put there
/// meanwhile its place in the new one.
pub(super) fn remove_old(out: &Path, staging: &Staging, found: &Found) -> Result<()> {
    thread::sleep(GRACE);
    let old = staging.files();
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
    let (mut before, mut now) = (Folders::open(&old)?, Folders::open(out)?);
    for name in &found.foreign {
        let Ok((before, name_before)) = before.of(name) else { continue };
        let Ok((now, name_now)) = now.of(name) else { continue };
        // Somebody may have replaced it after it got its second name: then that is what counts.
        let (Ok(one), Ok(other)) = (before.identity(name_before), now.identity(name_now)) else {
            continue;
        };
        let _ = match one == other {
            true => before.remove_file(name_before),
            false => before.rename(name_before, now, name_now),
        };
    }
    for own in OWN {
        let _ = fs::remove_file(old.join(own));
    }
    rescue(&old, out)
}

/// Removes empty folders, and moves what somebody put in there while this build ran to its place in the new folder.
fn rescue(old: &Path, out: &Path) -> Result<()> {
    let entries = fs::read_dir(old).with_context(|| format!("cannot list {}", old.display()))?;
    for entry in entries.flatten() {
        let (path, place) = (entry.path(), out.join(entry.file_name()));
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            rescue(&path, &place)?;
        } else {
            fs::create_dir_all(out)
                .and_then(|()| folder::rename_new(&path, &place))
                .with_context(|| format!("{} was not written by kiln and cannot be moved to {}: move it, before the next build removes it", path.display(), place.display()))?;
        }
    }
    fs::remove_dir(old).with_context(|| format!("cannot remove {}", old.display()))
}

/// Gives a folder the rights of another.
fn take_after(new: &Path, out: &Path) -> Result<()> {
    let take = || fs::set_permissions(new, fs::metadata(out)?.permissions());
    take().with_context(|| format!("cannot give {} the rights of {}", new.display(), out.display()))
}
