//! Writes the out folder: beside it first, and in its place when everything is there.
//!
//! A first build makes the whole folder beside its place and renames it. A later one keeps files that have
//! the same bytes, makes the others beside the folder, and moves them in at the end; what the earlier build
//! wrote and this one did not is removed. A record in the folder tells what kiln wrote, and nothing else is
//! ever removed or replaced.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

/// kiln's record of what it wrote, below the out folder: the names of the files, one a line, sorted.
const RECORD: &str = ".kiln-files";

/// Writes files below the out folder, from any thread.
#[derive(Debug)]
pub(super) struct Writer {
    out: PathBuf,
    /// Where files are made: beside the out folder, so that they can be moved in.
    staging: PathBuf,
    /// What the build before wrote; `None` where there is no out folder yet.
    before: Option<BTreeSet<String>>,
    written: Mutex<Written>,
}

#[derive(Debug, Default)]
struct Written {
    new: Vec<String>,
    unchanged: Vec<String>,
    bytes: u64,
}

/// What a build did to its out folder.
#[derive(Debug, Default)]
pub(crate) struct Committed {
    pub(crate) written: usize,
    pub(crate) unchanged: usize,
    pub(crate) removed: usize,
    /// Of all files, written or unchanged.
    pub(crate) bytes: u64,
    /// Files in the out folder that kiln did not write.
    pub(crate) foreign: Vec<String>,
}

/// An out folder that kiln must not write to.
#[derive(Debug)]
pub(crate) struct RefusedFolder(String);

impl RefusedFolder {
    pub(super) fn new(reason: String) -> Self {
        RefusedFolder(reason)
    }
}

impl fmt::Display for RefusedFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hint =
            "name a folder that kiln can have for itself, one that is empty or does not exist";
        write!(f, "{}\n  hint: {hint}", self.0)
    }
}

impl std::error::Error for RefusedFolder {}

impl Writer {
    /// Looks at the out folder, and makes a place for files beside it.
    ///
    /// # Errors
    ///
    /// Where the folder holds files and no record of kiln's, or is one that must not be written to.
    pub(super) fn open(out: &Path) -> Result<Self> {
        let (Some(parent), Some(name)) = (out.parent(), out.file_name()) else {
            bail!(RefusedFolder(format!("{} is the whole file system", out.display())));
        };
        let before = look_at(out)?;
        let staging = parent.join(format!(".{}.kiln-new", name.to_string_lossy()));
        remove_folder(&staging)?;
        fs::create_dir_all(&staging)
            .with_context(|| format!("cannot make the folder {}", staging.display()))?;
        Ok(Writer { out: out.to_path_buf(), staging, before, written: Mutex::default() })
    }

    /// Writes a file, unless the build before wrote the same bytes.
    pub(super) fn write(&self, name: String, bytes: &[u8]) -> Result<()> {
        let is_unchanged = self.before.as_ref().is_some_and(|before| before.contains(&name))
            && has_content(&self.out.join(&name), bytes);
        if !is_unchanged {
            write_file(&self.staging.join(&name), bytes)
                .with_context(|| format!("cannot write {name}"))?;
        }
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.bytes += bytes.len() as u64;
        let list = if is_unchanged { &mut written.unchanged } else { &mut written.new };
        list.push(name);
        Ok(())
    }

    /// Throws away what was written; the out folder is as it was.
    pub(super) fn discard(&self) {
        // What cannot be removed now is removed by the next build.
        let _ = remove_folder(&self.staging);
    }

    /// Puts what was written in its place.
    pub(super) fn commit(&self) -> Result<Committed> {
        let written =
            std::mem::take(&mut *self.written.lock().unwrap_or_else(PoisonError::into_inner));
        let new: BTreeSet<String> = written.new.into_iter().collect();
        let mut all: BTreeSet<String> = written.unchanged.into_iter().collect();
        let mut committed = Committed {
            written: new.len(),
            unchanged: all.len(),
            bytes: written.bytes,
            ..Committed::default()
        };
        all.extend(new.iter().cloned());
        match &self.before {
            None => self.move_folder(&all)?,
            Some(before) => self.move_files(before, &new, &all, &mut committed)?,
        }
        Ok(committed)
    }

    /// The first build: the whole folder at once.
    fn move_folder(&self, all: &BTreeSet<String>) -> Result<()> {
        write_record(&self.staging, all)?;
        // Renaming onto an empty folder is not allowed everywhere; removing one that is not empty is nowhere.
        match fs::remove_dir(&self.out) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error)
                    .with_context(|| format!("cannot replace {}", self.out.display()));
            }
            _ => {}
        }
        fs::rename(&self.staging, &self.out)
            .with_context(|| format!("cannot move the new files to {}", self.out.display()))
    }

    /// A later build: file by file.
    fn move_files(
        &self,
        before: &BTreeSet<String>,
        new: &BTreeSet<String>,
        all: &BTreeSet<String>,
        committed: &mut Committed,
    ) -> Result<()> {
        committed.foreign = self.foreign_files(before)?;
        refuse_foreign(&committed.foreign, all)?;
        let removed: Vec<&String> = before.difference(all).collect();
        if !new.is_empty() || !removed.is_empty() {
            // Should this be cut short, the next build finds each of these files in the record.
            write_record(&self.out, &before.union(all).cloned().collect())?;
            for name in &removed {
                self.remove(name)?;
            }
            for name in new {
                self.move_in(name)?;
            }
            write_record(&self.out, all)?;
        }
        committed.removed = removed.len();
        remove_folder(&self.staging)
    }

    fn move_in(&self, name: &str) -> Result<()> {
        let (from, to) = (self.staging.join(name), self.out.join(name));
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        fs::rename(&from, &to).with_context(|| format!("cannot replace {}", to.display()))
    }

    /// Removes a file of the build before, and the folders that are empty without it.
    fn remove(&self, name: &str) -> Result<()> {
        let path = self.out.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove {}", path.display()));
            }
            _ => {}
        }
        let mut folder = path.parent();
        while let Some(empty) = folder.filter(|folder| *folder != self.out) {
            if fs::remove_dir(empty).is_err() {
                break;
            }
            folder = empty.parent();
        }
        Ok(())
    }

    /// The files in the out folder that kiln did not write, sorted.
    fn foreign_files(&self, before: &BTreeSet<String>) -> Result<Vec<String>> {
        let mut foreign = Vec::new();
        for entry in WalkDir::new(&self.out).min_depth(1).sort_by_file_name() {
            let entry = entry.with_context(|| format!("cannot list {}", self.out.display()))?;
            if entry.file_type().is_dir() {
                continue;
            }
            let name = entry.path().strip_prefix(&self.out).unwrap_or(entry.path());
            let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
            let name = parts.join("/");
            if !is_reserved(&name) && !before.contains(&name) {
                foreign.push(name);
            }
        }
        Ok(foreign)
    }
}

/// What kiln wrote into the folder before; `None` where it does not exist or is empty.
fn look_at(out: &Path) -> Result<Option<BTreeSet<String>>> {
    match fs::read_to_string(out.join(RECORD)) {
        // What is no name of a file below the folder was not written by kiln, and is not removed by it.
        Ok(record) => {
            return Ok(Some(
                record.lines().filter(|name| is_below(name)).map(str::to_owned).collect(),
            ));
        }
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}/{RECORD}", out.display()));
        }
    }
    match fs::read_dir(out).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(None),
        Ok(false) => {
            bail!(RefusedFolder(format!(
                "{} is not empty, and kiln did not make it",
                out.display()
            )))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => {
            Err(error).with_context(|| format!("cannot read the folder {}", out.display()))
        }
    }
}

/// Returns true if and only if a file below the out folder is kiln's own: the record, or one that was being written.
pub(super) fn is_reserved(name: &str) -> bool {
    name.starts_with(RECORD)
}

/// Returns true if and only if a line of the record names a file below the out folder.
fn is_below(name: &str) -> bool {
    let mut components = Path::new(name).components().peekable();
    components.peek().is_some() && components.all(|part| matches!(part, Component::Normal(_)))
}

/// Fails where a new file would stand in the place of one that kiln did not write.
fn refuse_foreign(foreign: &[String], all: &BTreeSet<String>) -> Result<()> {
    let taken = foreign.iter().find(|file| {
        let is_below = |folder: &str| {
            let folder = format!("{folder}/");
            all.range(folder.clone()..).next().is_some_and(|name| name.starts_with(&folder))
        };
        all.contains(*file)
            || is_below(file)
            || file.match_indices('/').any(|(slash, _)| all.contains(&file[..slash]))
    });
    match taken {
        Some(file) => bail!(
            "{file} in the out folder was not written by kiln, and a page needs its place\n  hint: move it away, or to `public/`"
        ),
        None => Ok(()),
    }
}

/// Returns true if and only if a file holds just these bytes.
fn has_content(path: &Path, bytes: &[u8]) -> bool {
    let Ok(mut file) = File::open(path) else { return false };
    let is_as_long = file.metadata().is_ok_and(|data| data.len() == bytes.len() as u64);
    let mut content = Vec::with_capacity(bytes.len() + 1);
    is_as_long && file.read_to_end(&mut content).is_ok() && content == bytes
}

/// Writes a new file, and the folders above it where they are missing.
fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    // Most files have a folder by the time they come: asking first costs more than failing now and then.
    let mut file = match File::create(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            File::create(path)
        }
        created => created,
    }?;
    file.write_all(bytes)?;
    Ok(())
}

/// Writes the record so that it is whole at every moment.
fn write_record(folder: &Path, all: &BTreeSet<String>) -> Result<()> {
    let mut text = String::new();
    for name in all {
        text.push_str(name);
        text.push('\n');
    }
    let (path, fresh) = (folder.join(RECORD), folder.join(format!("{RECORD}.new")));
    fs::write(&fresh, text)
        .and_then(|()| fs::rename(&fresh, &path))
        .with_context(|| format!("cannot write {}", path.display()))
}

fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
