//! Changes a folder file by file, in a way that can be taken back.
//!
//! Each file is replaced by one rename, so that a reader meets the old one or the new one and never none. What is replaced or
//! removed is kept in `undo`, and a journal says which files are touched at all: where a step fails, the folder is put
//! back as it was; where the process is killed, the next build does so before anything else.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Write};
use std::path::Path;

use anyhow::{Context, Result};

use super::folder::{Folder, Folders};
use super::record::{self, Either};
use super::staging::Staging;
use crate::build::key;
use crate::build::manifest::Listing;
use crate::build::shard::list;

/// The names of all files that are touched, one a line: `+` for those that are put in place, `-` for those removed.
/// While it is there, the change is not done.
const JOURNAL: &str = "journal";
/// What was replaced or removed, by its name.
const UNDO: &str = "undo";

/// Puts the new files in their place and removes those of the build before, one after the other.
///
/// # Errors
///
/// Where a step fails; all before it has been taken back then.
pub(super) fn apply(out: &Path, staging: &Staging, listing: &Listing) -> Result<()> {
    record::write(&staging.files(), listing)?;
    let undo = staging.folder().join(UNDO);
    fs::create_dir(&undo).with_context(|| format!("cannot make the folder {}", undo.display()))?;
    write_journal(out, staging, listing)?;
    let changed = change(out, staging.folder());
    if changed.is_err() {
        take_back(staging.folder(), out).context("a change that failed cannot be taken back")?;
        return changed;
    }
    let journal = staging.folder().join(JOURNAL);
    fs::remove_file(&journal).with_context(|| format!("cannot remove {}", journal.display()))
}

fn write_journal(out: &Path, staging: &Staging, listing: &Listing) -> Result<()> {
    // Under another name until it is whole: a journal that is cut short would leave what it does not name.
    let path = staging.folder().join("journal.new");
    let write = || -> Result<()> {
        let mut file = BufWriter::new(File::create(&path)?);
        // What is removed goes first: it may be a file where a folder is needed now.
        for either in record::merged(listing, out)? {
            if let Either::Recorded(key) = either? {
                writeln!(file, "-{}", key::name(&key))?;
            }
        }
        for entry in listing.files()? {
            let entry = entry?;
            if !entry.claim.is_unchanged() {
                writeln!(file, "+{}", entry.name())?;
            }
        }
        let has_list = |folder: &Path| fs::symlink_metadata(folder.join(list::FILE)).is_ok();
        match (has_list(out), has_list(&staging.files())) {
            (_, true) => writeln!(file, "+{}", list::FILE)?,
            (true, false) => writeln!(file, "-{}", list::FILE)?,
            (false, false) => {}
        }
        writeln!(file, "+{}", record::FILE)?;
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        Ok(fs::rename(&path, staging.folder().join(JOURNAL))?)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// The folders that have a part in a change.
struct Change {
    out: Folders,
    new: Folders,
    undo: Folders,
}

impl Change {
    fn open(out: &Path, staging: &Path) -> io::Result<Self> {
        Ok(Change {
            out: Folders::open(out)?,
            new: Folders::open(&staging.join("files"))?,
            undo: Folders::open(&staging.join(UNDO))?,
        })
    }

    /// Moves a new file to its place; the file that is there keeps its name in `undo`.
    fn put(&mut self, name: &str) -> io::Result<()> {
        let (new, new_name) = self.new.of(name)?;
        let (out, out_name) = self.out.made_for(name)?;
        if out.is_file(out_name) {
            let (undo, undo_name) = self.undo.made_for(name)?;
            out.link(out_name, undo, undo_name)
                .or_else(|_| copy(out, out_name, undo, undo_name))?;
        }
        move_file(new, new_name, out, out_name)
    }

    /// Moves a file that the build before wrote to `undo`.
    fn remove(&mut self, name: &str) -> io::Result<()> {
        let Ok((out, out_name)) = self.out.of(name) else { return Ok(()) };
        // What is there now may be somebody else's.
        if !out.is_file(out_name) {
            return Ok(());
        }
        let (undo, undo_name) = self.undo.made_for(name)?;
        move_file(out, out_name, undo, undo_name)?;
        self.out.forget();
        self.out.root().remove_empty_above(name);
        Ok(())
    }

    /// Takes a step back, as far as it was done.
    fn take_back(&mut self, step: &str, name: &str) -> io::Result<()> {
        if let Ok((undo, undo_name)) = self.undo.of(name)
            && undo.is_file(undo_name)
        {
            let (out, out_name) = self.out.made_for(name)?;
            return move_file(undo, undo_name, out, out_name);
        }
        let is_waiting = self.new.of(name).is_ok_and(|(new, new_name)| new.is_file(new_name));
        if step == "+" && !is_waiting {
            if let Ok((out, out_name)) = self.out.of(name) {
                match out.remove_file(out_name) {
                    Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
            self.out.forget();
            self.out.root().remove_empty_above(name);
        }
        Ok(())
    }
}

fn change(out: &Path, staging: &Path) -> Result<()> {
    let mut change =
        Change::open(out, staging).with_context(|| format!("cannot open {}", out.display()))?;
    for line in journal(staging)? {
        let line = line?;
        match line.split_at(1) {
            ("-", name) => change.remove(name).with_context(|| format!("cannot remove {name}"))?,
            (_, name) => change.put(name).with_context(|| format!("cannot write {name}"))?,
        }
    }
    Ok(())
}

/// Returns true if and only if a change was begun, and neither done nor taken back.
pub(super) fn is_under_way(staging: &Path) -> bool {
    staging.join(JOURNAL).exists()
}

/// Puts a folder back as it was, where a change of it was cut short.
pub(super) fn take_back(staging: &Path, out: &Path) -> Result<()> {
    let journal_file = staging.join(JOURNAL);
    // Where the folder itself is gone, there is nothing to put back.
    if !is_under_way(staging) || !out.exists() {
        return Ok(());
    }
    let undone = || -> Result<()> {
        let mut change = Change::open(out, staging)?;
        let mut lines = journal(staging)?.collect::<Result<Vec<String>>>()?;
        // Backwards: a file may stand where a folder was before.
        while let Some(line) = lines.pop() {
            let (step, name) = line.split_at(1);
            change.take_back(step, name)?;
        }
        Ok(fs::remove_file(&journal_file)?)
    };
    undone().with_context(|| {
        format!("cannot put {} back as it was before a build was cut short", out.display())
    })
}

fn journal(staging: &Path) -> Result<impl Iterator<Item = Result<String>>> {
    let path = staging.join(JOURNAL);
    let file = File::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let lines = BufReader::new(file).lines().map(|line| Ok(line?));
    Ok(lines.filter(|line| !line.as_ref().is_ok_and(String::is_empty)))
}

/// Moves a file, also to where no rename leads, a folder that is mounted for example.
fn move_file(from: &Folder, name: &str, to: &Folder, new: &str) -> io::Result<()> {
    match from.rename(name, to, new) {
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {
            let beside = format!("{new}.kiln-new");
            let _ = to.remove_file(&beside);
            copy(from, name, to, &beside)?;
            to.rename(&beside, to, new)?;
            from.remove_file(name)
        }
        moved => moved,
    }
}

fn copy(from: &Folder, name: &str, to: &Folder, new: &str) -> io::Result<()> {
    io::copy(&mut from.read(name)?, &mut to.create_new(new)?)?;
    Ok(())
}
