//! The journal of a change that is made file by file: which files are touched, and in which order.
//!
//! It exists from before the first file is touched until after the last one, and a folder beside it keeps what is
//! replaced or removed. With both, a change that was cut short can be taken back, and a server that has the old site open
//! can go on answering with it.
//!
//! # What a reader may rely on
//!
//! The journal is `journal` in the staging folder, which is `.dist.kiln-new` beside an out folder `dist`, or
//! `.kiln-new` in it. It appears by a rename, complete, before the first file is touched, and is never written again.
//! It is removed when the change is complete or has been taken back; only then are the kept files removed.
//!
//! The first line identifies the folder that is changed. Each other line is a step, and line `n`, counted from 0, keeps what it
//! replaces or removes as `undo/{n / 256}/{n}`:
//!
//! - `~700:755 a`: the permissions of a folder, before and after; the out folder itself has an empty name.
//! - `-a/b`: a file is removed.
//! - `+slots/0/8 a/c`: a new file is moved from the staging folder to where no file is.
//! - `=slots/0/7 a/b`: a new file is moved from the staging folder over another.
//!
//! A reader ignores other signs. Files whose place a new file or folder needs are removed first; then files are added,
//! then replaced, then the others removed; the files that kiln keeps for itself come last. The last step puts
//! the new record, `.kiln-files`, in its place: until then the old record is the one that counts, and all that it
//! names can still be read, either in its place or under `undo`.
//!
//! To read a file of the old site while there is a journal: open the kept file of its step where there is one; otherwise open
//! the file in its place, and look for the kept file once more, since the step may have been taken in between. A file whose
//! kept file still does not exist had not been touched when it was opened.

#[cfg(feature = "server")]
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};

use super::found::Found;
use super::record::{self, Either, is_reserved};
use super::staging::{Staging, identity};
use crate::build::dist::{Committed, Slot, own_files};
use crate::build::manifest::key::{self, folded};
use crate::build::manifest::{Entry, Listing};

/// The journal; while it is there, the change is not complete.
pub(super) const FILE: &str = "journal";
/// The folder of what is replaced or removed, by the number of the line.
pub(super) const UNDO: &str = "undo";

/// What is changed: what was made, and how the out folder compares with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Changes<'a> {
    pub(super) listing: &'a Listing,
    pub(super) found: &'a Found,
    pub(super) counts: &'a Committed,
    /// The permissions of a new folder.
    pub(super) folder_permissions: u32,
}

/// Writes the journal of a change that has not begun.
pub(super) fn write(out: &Path, staging: &Staging, changes: &Changes<'_>) -> Result<()> {
    // Under another name until it is whole: a journal that is cut short would leave what it does not name.
    let path = staging.folder().join("journal.new");
    let write = || -> Result<()> {
        let mut file = BufWriter::new(File::create(&path)?);
        writeln!(file, "{}", identity(out)?)?;
        for (folder, permissions) in &changes.found.other_permissions {
            writeln!(file, "~{permissions:o}:{:o} {folder}", changes.folder_permissions)?;
        }
        write_files(&mut file, out, changes)?;
        write_own(&mut file, out, staging)?;
        file.flush()?;
        Ok(fs::rename(&path, staging.folder().join(FILE))?)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Writes the steps of all files but kiln's own. A list is only read where it has something to say.
fn write_files(file: &mut impl Write, out: &Path, changes: &Changes<'_>) -> Result<()> {
    let Changes { listing, counts, .. } = changes;
    let in_the_way = match counts.is_record_stale {
        true => in_the_way(listing, out)?,
        false => BTreeSet::new(),
    };
    if !in_the_way.is_empty() {
        write_removed(file, out, listing, |name| has_part_in(&in_the_way, name))?;
    }
    let mut write_new = |sign: char, is_one: &dyn Fn(&Entry) -> bool| -> Result<()> {
        for entry in listing.files()? {
            let entry = entry?;
            if is_one(&entry) {
                writeln!(file, "{sign}slots/{} {}", entry.slot.name(), entry.name())?;
            }
        }
        Ok(())
    };
    if counts.added > 0 {
        write_new('+', &|entry| !entry.claim.is_there())?;
    }
    if counts.written > counts.added {
        write_new('=', &|entry| entry.claim.is_there() && !entry.claim.is_unchanged())?;
    }
    match counts.is_record_stale {
        true => write_removed(file, out, listing, |name| !has_part_in(&in_the_way, name)),
        false => Ok(()),
    }
}

fn write_removed(
    file: &mut impl Write,
    out: &Path,
    listing: &Listing,
    is_one: impl Fn(&str) -> bool,
) -> Result<()> {
    for either in record::merged(listing, out)? {
        match either? {
            Either::Recorded(name) if is_one(&name) => writeln!(file, "-{name}")?,
            _ => {}
        }
    }
    Ok(())
}

/// The files that kiln keeps for itself, the record last.
fn write_own(file: &mut impl Write, out: &Path, staging: &Staging) -> Result<()> {
    let has = |folder: &Path, name: &str| fs::symlink_metadata(folder.join(name)).is_ok();
    for own in own_files::ALL {
        match (has(out, own), has(&staging.files(), own)) {
            (true, true) => writeln!(file, "=files/{own} {own}")?,
            (false, true) => writeln!(file, "+files/{own} {own}")?,
            (true, false) => writeln!(file, "-{own}")?,
            (false, false) => {}
        }
    }
    Ok(())
}

/// The folded names that are a file on one side of a change and a folder on the other, or are spelled in two ways: some
/// file systems take these for one.
///
/// In the sorted list they stand beside each other.
fn in_the_way(listing: &Listing, out: &Path) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let mut last: Vec<u8> = Vec::new();
    for either in record::merged(listing, out)? {
        let key = match either? {
            Either::Made(entry) | Either::Both(entry, _) => entry.key,
            Either::Recorded(name) => key::of(&name),
        };
        if !last.is_empty() && key.starts_with(&last) {
            names.insert(folded(&key::name(&last)).into_owned());
        }
        names.extend(key::spelled_in_two_ways(&last, &key));
        last = key;
    }
    Ok(names)
}

/// Returns true if and only if a name or a folder above it is among some, which are folded.
fn has_part_in(names: &BTreeSet<String>, name: &str) -> bool {
    let name = folded(name);
    let mut folders = name.match_indices('/').map(|(slash, _)| &name[..slash]);
    names.contains(&*name) || folders.any(|folder| names.contains(folder))
}

/// A line of the journal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) number: u32,
    pub(super) name: String,
    pub(super) what: What,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A folder gets other permissions.
    Permit {
        before: u32,
        after: u32,
    },
    Remove,
    /// From where the new file is staged.
    Add(String),
    Replace(String),
}

/// Steps of one phase can be taken on all threads; one phase is complete before the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Permit,
    Remove,
    Add,
    Replace,
    /// One after the other, so that the record is the last.
    Own,
}

impl Step {
    /// Reads a line; `None` where it would lead out of the folders that have a part in the change.
    pub(super) fn read(number: usize, line: &str) -> Option<Self> {
        let number = u32::try_from(number).ok()?;
        let (sign, rest) = line.split_at_checked(1)?;
        let (what, name) = match sign {
            "-" => (What::Remove, rest),
            "~" => {
                let (permissions, name) = rest.split_once(' ')?;
                let (before, after) = permissions.split_once(':')?;
                let read = |text| u32::from_str_radix(text, 8).ok().filter(|bits| *bits <= 0o777);
                let what = What::Permit { before: read(before)?, after: read(after)? };
                let is_below = name.is_empty() || record::check_name(name).is_ok();
                return is_below.then(|| Step { number, name: name.to_owned(), what });
            }
            _ => {
                let (from, name) = rest.split_once(' ')?;
                let is_staged = from.starts_with("slots/") || from.starts_with("files/");
                if !is_staged || record::check_name(from).is_err() {
                    return None;
                }
                match sign {
                    "=" => (What::Replace(from.to_owned()), name),
                    "+" => (What::Add(from.to_owned()), name),
                    _ => return None,
                }
            }
        };
        record::check_name(name).is_ok().then(|| Step { number, name: name.to_owned(), what })
    }

    /// The name below the staging folder of what it replaces or removes.
    pub(super) fn undo(&self) -> String {
        format!("{UNDO}/{}", Slot(self.number).name())
    }

    pub(super) fn phase(&self) -> Phase {
        match self.what {
            _ if is_reserved(&self.name) => Phase::Own,
            What::Permit { .. } => Phase::Permit,
            What::Remove => Phase::Remove,
            What::Add(_) => Phase::Add,
            What::Replace(_) => Phase::Replace,
        }
    }
}

/// The steps in their order.
pub(super) fn steps(staging: &Path) -> Result<impl Iterator<Item = Result<Step>>> {
    let path = staging.join(FILE);
    let file = File::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let steps = BufReader::new(file).lines().enumerate().skip(1).map(|(number, line)| {
        let line = line.context("cannot read the journal")?;
        Step::read(number, &line).with_context(|| format!("`{line}` is no line of a journal"))
    });
    Ok(steps)
}

/// The files that a change of a folder replaces or removes, each with its name below the staging folder from then on; `None`
/// where no change of this folder is under way.
#[cfg(feature = "server")]
pub(super) fn old_files(staging: &Path, out: &Path) -> Result<Option<BTreeMap<String, String>>> {
    if !is_there(staging) || !is_of(staging, out)? {
        return Ok(None);
    }
    let mut files = BTreeMap::new();
    for step in steps(staging)? {
        let step = step?;
        if matches!(step.what, What::Remove | What::Replace(_)) {
            let undo = step.undo();
            files.insert(step.name, undo);
        }
    }
    Ok(Some(files))
}

/// Returns true if and only if the journal is of a change of this very folder.
pub(super) fn is_of(staging: &Path, out: &Path) -> Result<bool> {
    let file = File::open(staging.join(FILE))?;
    let first = BufReader::new(file).lines().next().transpose()?;
    Ok(first == identity(out).ok())
}

/// Returns true if and only if a change was begun, and is neither complete nor taken back.
pub(super) fn is_there(staging: &Path) -> bool {
    staging.join(FILE).exists()
}

/// Ends the change.
pub(super) fn remove(staging: &Path) -> Result<()> {
    let journal = staging.join(FILE);
    fs::remove_file(&journal).with_context(|| format!("cannot remove {}", journal.display()))
}
