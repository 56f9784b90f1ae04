//! Replaces a whole folder in one step.
//!
//! What has not changed gets a second name beside the new files, which makes them the whole site; the two folders
//! change places; and what is in the old one is removed, as far as kiln wrote it.

use std::fs;
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::folder::{self, Folder, Folders};
use super::found::Found;
use super::record::{self, Record};
use super::staging::Staging;
use crate::build::key;
use crate::build::manifest::Listing;
use crate::build::shard::list;

/// How long the old folder is kept: a reader may have found it by its path, and the file in it not yet.
const GRACE: Duration = Duration::from_millis(20);

/// How many names are handed to a thread at once.
const BATCH: usize = 256;
/// How many names are in memory at once.
const WINDOW: usize = 64 * BATCH;

/// Puts the new files, with those that have not changed and what kiln did not write, in the place of the out folder.
///
/// # Errors
///
/// Where the system cannot do so, and nothing has changed then.
pub(super) fn apply(out: &Path, staging: &Staging, listing: &Listing, found: &Found) -> Result<()> {
    let new = staging.files();
    let unchanged = listing.files()?.filter_map(|entry| match entry {
        Ok(entry) if !entry.claim.is_unchanged() => None,
        entry => Some(entry.map(|entry| entry.name())),
    });
    in_batches(unchanged.chain(found.foreign.iter().cloned().map(Ok)), |names| {
        let (mut from, mut to) = (Folders::open(out)?, Folders::open(&new)?);
        for name in names {
            let (from, from_name) = from.of(name)?;
            let (to, to_name) = to.made_for(name)?;
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
    super::flush(&new)?;
    folder::exchange(out, &new)
        .with_context(|| format!("cannot exchange {} for {}", out.display(), new.display()))
}

/// Removes the second names of what is in the new folder, and what kiln wrote and is not; gives what somebody put there
/// meanwhile its place in the new one.
pub(super) fn remove_old(out: &Path, staging: &Staging, found: &Found) -> Result<()> {
    thread::sleep(GRACE);
    let old = staging.files();
    let names = Record::read(&old)?.map(|key| key.map(|key| key::name(&key)));
    in_batches(names.chain(found.foreign.iter().cloned().map(Ok)), |names| {
        let mut old = Folders::open(&old)?;
        for name in names {
            // It may have been gone before.
            let _ = old.of(name).and_then(|(folder, name)| folder.remove_file(name));
        }
        Ok(())
    })?;
    for own in [record::FILE, list::FILE] {
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

/// Calls a function for some names at a time, on all threads.
fn in_batches(
    mut names: impl Iterator<Item = Result<String>>,
    work: impl Fn(&[String]) -> io::Result<()> + Sync,
) -> Result<()> {
    loop {
        let window = names.by_ref().take(WINDOW).collect::<Result<Vec<String>>>()?;
        if window.is_empty() {
            return Ok(());
        }
        let batches: Vec<&[String]> = window.chunks(BATCH).collect();
        batches.par_iter().try_for_each(|batch| work(batch))?;
    }
}
