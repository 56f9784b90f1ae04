//! The journal of a change file by file: the touched files, in order.
//!
//! It exists from before the first file is touched until after the last one, and a folder beside it keeps replaced and
//! removed files. With both, an interrupted change can be reverted, and a server that has the old site open can keep
//! serving it.
//!
//! # What a reader may rely on
//!
//! The record, `.kiln-files`, is a new file after each build that changed anything. A file is kept before another takes its
//! place, and the journal exists from before the first change until after the last.
//!
//! The journal is the file `journal` in the staging folder, which is `.dist.kiln-new` beside an out folder `dist`, or
//! `.kiln-new` inside it. It is created complete, by a rename, before the first file is touched, and is never modified.
//! It is removed when the change is complete or reverted; the kept files are removed after it.
//!
//! The first line identifies the changed folder. Each other line is a step. Line `n`, counted from 0, keeps the file
//! that it replaces or removes as `undo/{n / 256}/{n}`:
//!
//! - `~700:755 a`: the permissions of a folder, before and after; the out folder itself has an empty name.
//! - `-a/b`: a file is removed.
//! - `+slots/0/8 a/c`: a new file is moved from the staging folder to a name that does not exist.
//! - `=slots/0/7 a/b`: a new file is moved from the staging folder and replaces another.
//!
//! Readers ignore other signs. Files in the place of a new file or folder are removed first; then files are added, then
//! replaced, then the others removed; kiln's own files come last. The last step moves the new record, `.kiln-files`,
//! into place: until then the old record is valid, and all files in it can be read, either in place or under `undo`.
//!
//! To read a file of the old site while there is a journal, open the kept file of its step if it exists. Otherwise open
//! the file in place, and check for the kept file again, since the step may have been applied in between. If it still
//! does not exist, the file had not been touched when it was opened.

use std::borrow::Cow;
#[cfg(feature = "server")]
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};

use super::committed::Committed;
use super::own_files;
use super::record::{self, Either, is_reserved};
use super::scan::Scan;
use super::staging::{Staging, identity};
use super::written::Slot;
use crate::build::manifest::key::{self, folded};
use crate::build::manifest::{Entry, Listing};
use crate::text::names::NameSet;

/// The journal; while it exists, the change is not complete.
pub(super) const FILE: &str = "journal";
/// The folder of replaced and removed files, named by the number of the line.
pub(super) const UNDO: &str = "undo";

/// A change: the new files, and how the out folder differs from them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Changes<'a> {
    pub(super) listing: &'a Listing,
    pub(super) scan: &'a Scan,
    pub(super) counts: &'a Committed,
    /// The permissions of a new folder.
    pub(super) folder_permissions: u32,
}

/// Writes the journal of a change that has not started.
pub(super) fn write(out: &Path, staging: &Staging, changes: &Changes<'_>) -> Result<()> {
    // Under another name until it is complete: a truncated journal would not name all files.
    let path = staging.folder().join("journal.new");
    let write = || -> Result<()> {
        let mut file = BufWriter::new(File::create(&path)?);
        writeln!(file, "{}", identity(out)?)?;
        for (folder, permissions) in &changes.scan.other_permissions {
            writeln!(file, "~{permissions:o}:{:o} {folder}", changes.folder_permissions)?;
        }
        write_files(&mut file, out, changes)?;
        write_own(&mut file, out, staging)?;
        file.flush()?;
        Ok(fs::rename(&path, staging.folder().join(FILE))?)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Writes the steps for all files except kiln's own. Lists are only read if they matter.
fn write_files(file: &mut impl Write, out: &Path, changes: &Changes<'_>) -> Result<()> {
    let Changes { listing, counts, .. } = changes;
    let in_the_way = match counts.is_record_stale {
        true => in_the_way(listing, out)?,
        false => NameSet::default(),
    };
    if !in_the_way.is_empty() {
        write_removed(file, out, listing, |name| has_part_in(&in_the_way, name))?;
    }
    let mut write_new = |sign: char, is_one: &dyn Fn(&Entry<'_>) -> bool| -> Result<()> {
        for entry in listing.files()? {
            let entry = entry?;
            if is_one(&entry) {
                writeln!(file, "{sign}slots/{} {}", entry.slot.name(), entry.name())?;
            }
        }
        Ok(())
    };
    if counts.added > 0 {
        write_new('+', &|entry| !entry.kind.is_there())?;
    }
    if counts.written > counts.added {
        write_new('=', &|entry| entry.kind.is_there() && !entry.kind.is_unchanged())?;
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

/// Writes the steps for kiln's own files, the record last.
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

/// The folded names that are a file on one side of a change and a folder on the other, or have two spellings: some file
/// systems treat these as equal.
///
/// In the sorted list they are adjacent.
fn in_the_way(listing: &Listing, out: &Path) -> Result<NameSet> {
    let mut names = NameSet::default();
    let mut last: Cow<'_, [u8]> = Cow::default();
    for either in record::merged(listing, out)? {
        let key = match either? {
            Either::Item(entry) | Either::Both(entry, _) => entry.key,
            Either::Recorded(name) => key::of(&name).into(),
        };
        if !last.is_empty() && key.starts_with(&last) {
            names.insert(folded(&key::name(&last)).into_owned());
        }
        if let Some(name) = key::spelled_in_two_ways(&last, &key) {
            names.insert(name);
        }
        last = key;
    }
    Ok(names)
}

/// Returns true if and only if a name or one of its folders is in a set of folded names.
fn has_part_in(names: &NameSet, name: &str) -> bool {
    let name = folded(name);
    let mut folders = name.match_indices('/').map(|(slash, _)| &name[..slash]);
    names.contains(&name) || folders.any(|folder| names.contains(folder))
}

/// A line of the journal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) number: u32,
    pub(super) name: String,
    pub(super) action: Action,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// A folder gets other permissions.
    Permit {
        before: u32,
        after: u32,
    },
    Remove,
    /// The path of the new file in the staging folder.
    Add(String),
    Replace(String),
}

/// Steps of one phase can run on all threads; each phase completes before the next.
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
    /// Parses a line; `None` if it would lead out of the folders of the change.
    pub(super) fn read(number: usize, line: &str) -> Option<Self> {
        let number = u32::try_from(number).ok()?;
        let (sign, rest) = line.split_at_checked(1)?;
        let (action, name) = match sign {
            "-" => (Action::Remove, rest),
            "~" => {
                let (permissions, name) = rest.split_once(' ')?;
                let (before, after) = permissions.split_once(':')?;
                let read = |text| u32::from_str_radix(text, 8).ok().filter(|bits| *bits <= 0o777);
                let action = Action::Permit { before: read(before)?, after: read(after)? };
                let is_below = name.is_empty() || record::check_name(name).is_ok();
                return is_below.then(|| Step { number, name: name.to_owned(), action });
            }
            _ => {
                let (from, name) = rest.split_once(' ')?;
                let is_staged = from.starts_with("slots/") || from.starts_with("files/");
                if !is_staged || record::check_name(from).is_err() {
                    return None;
                }
                match sign {
                    "=" => (Action::Replace(from.to_owned()), name),
                    "+" => (Action::Add(from.to_owned()), name),
                    _ => return None,
                }
            }
        };
        record::check_name(name).is_ok().then(|| Step { number, name: name.to_owned(), action })
    }

    /// The name in the staging folder of the file that it replaces or removes.
    pub(super) fn undo(&self) -> String {
        format!("{UNDO}/{}", Slot(self.number).name())
    }

    pub(super) fn phase(&self) -> Phase {
        match self.action {
            _ if is_reserved(&self.name) => Phase::Own,
            Action::Permit { .. } => Phase::Permit,
            Action::Remove => Phase::Remove,
            Action::Add(_) => Phase::Add,
            Action::Replace(_) => Phase::Replace,
        }
    }
}

/// The steps, in order.
pub(super) fn steps(staging: &Path) -> Result<impl Iterator<Item = Result<Step>>> {
    let path = staging.join(FILE);
    let file = File::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let steps = BufReader::new(file).lines().enumerate().skip(1).map(|(number, line)| {
        let line = line.context("cannot read the journal")?;
        Step::read(number, &line)
            .with_context(|| format!("`{line}` is not a valid line of a journal"))
    });
    Ok(steps)
}

/// The files that a change replaces or removes, with the names in the staging folder under which they are kept; `None`
/// if this folder is not being changed.
#[cfg(feature = "server")]
pub(super) fn old_files(staging: &Path, out: &Path) -> Result<Option<BTreeMap<String, String>>> {
    if !is_there(staging) || !is_of(staging, out)? {
        return Ok(None);
    }
    let mut files = BTreeMap::new();
    for step in steps(staging)? {
        let step = step?;
        if matches!(step.action, Action::Remove | Action::Replace(_)) {
            let undo = step.undo();
            files.insert(step.name, undo);
        }
    }
    Ok(Some(files))
}

/// Returns true if and only if the journal belongs to this folder.
pub(super) fn is_of(staging: &Path, out: &Path) -> Result<bool> {
    let file = File::open(staging.join(FILE))?;
    let first = BufReader::new(file).lines().next().transpose()?;
    Ok(first == identity(out).ok())
}

/// Returns true if and only if a change has started, and is neither complete nor reverted.
pub(super) fn is_there(staging: &Path) -> bool {
    staging.join(FILE).exists()
}

/// Ends the change.
pub(super) fn remove(staging: &Path) -> Result<()> {
    let journal = staging.join(FILE);
    fs::remove_file(&journal).with_context(|| format!("cannot remove {}", journal.display()))
}
