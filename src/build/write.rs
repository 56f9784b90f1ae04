//! Writes the out folder: into a folder of its own first, and in its place when everything is there.
//!
//! Where there is no out folder yet, the whole of it is made beside its place and renamed. Where there is one,
//! files that have the same bytes stay, the others are made in `.kiln-new` inside of it, so that they are on the same
//! file system, and are moved in at the end; what the earlier build wrote and this one did not is removed. A
//! record in the folder tells what kiln wrote, and nothing else is ever removed or replaced.

mod found;
mod staging;

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};

use self::found::Found;
use self::staging::Staging;

/// kiln's record of what it wrote, below the out folder: the names of the files, one a line, sorted.
const RECORD: &str = ".kiln-files";
/// The record while it is written.
const NEW_RECORD: &str = ".kiln-files.new";
/// What is being written, below an out folder that exists.
const STAGING: &str = ".kiln-new";

/// What kiln keeps for itself below the out folder.
pub(super) const RESERVED: [&str; 3] = [RECORD, NEW_RECORD, STAGING];

/// Writes files below the out folder, from any thread.
#[derive(Debug)]
pub(super) struct Writer {
    out: PathBuf,
    staging: Staging,
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
    /// Looks at the out folder, and makes a place for files.
    ///
    /// # Errors
    ///
    /// Where the folder holds files and no record of kiln's, is one that must not be written to, or is being
    /// written by another build.
    pub(super) fn open(out: &Path) -> Result<Self> {
        let (Some(parent), Some(name)) = (out.parent(), out.file_name()) else {
            bail!(RefusedFolder::new(format!("{} is the whole file system", out.display())));
        };
        let before = look_at(out)?;
        let beside = parent.join(format!(".{}.kiln-new", name.to_string_lossy()));
        let staging = match before {
            None => Staging::open(&beside),
            Some(_) => {
                // A first build that was killed may have left this.
                Staging::clean(&beside)?;
                Staging::open(&out.join(STAGING))
            }
        }?;
        Ok(Writer { out: out.to_path_buf(), staging, before, written: Mutex::default() })
    }

    /// Writes a file, unless the build before wrote the same bytes.
    pub(super) fn write(&self, name: String, bytes: &[u8]) -> Result<()> {
        check_name(&name)?;
        let is_unchanged = self.before.as_ref().is_some_and(|before| before.contains(&name))
            && has_content(&self.out.join(&name), bytes);
        if !is_unchanged {
            write_file(&self.staging.file(&name), bytes)
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
        let _ = self.staging.remove();
    }

    /// Puts what was written in its place.
    pub(super) fn commit(&self) -> Result<Committed> {
        let written =
            std::mem::take(&mut *self.written.lock().unwrap_or_else(PoisonError::into_inner));
        let mut committed = Committed {
            written: written.new.len(),
            unchanged: written.unchanged.len(),
            bytes: written.bytes,
            ..Committed::default()
        };
        match &self.before {
            None => self.move_folder(written.new)?,
            Some(before) => self.move_files(before, written, &mut committed)?,
        }
        self.staging.remove()?;
        Ok(committed)
    }

    /// The first build: the whole folder at once.
    fn move_folder(&self, mut all: Vec<String>) -> Result<()> {
        all.sort_unstable();
        write_record(&self.staging.files(), all.iter().map(String::as_str))?;
        fs::rename(self.staging.files(), &self.out)
            .with_context(|| format!("cannot move the new files to {}", self.out.display()))
    }

    /// A later build: file by file. All that can be known to be in the way is known before the first of them.
    fn move_files(
        &self,
        before: &BTreeSet<String>,
        written: Written,
        committed: &mut Committed,
    ) -> Result<()> {
        let Written { new, unchanged, .. } = written;
        let all: BTreeSet<&str> = new.iter().chain(&unchanged).map(String::as_str).collect();
        let found = Found::below(&self.out, before)?;
        found.refuse_foreign(&all)?;
        let removed: Vec<&str> =
            found.recorded.iter().map(String::as_str).filter(|name| !all.contains(name)).collect();
        if !new.is_empty() || !removed.is_empty() {
            // Should this be cut short, the next build finds each of these files in the record.
            let both: BTreeSet<&str> =
                before.iter().map(String::as_str).chain(all.iter().copied()).collect();
            write_record(&self.out, both.into_iter())?;
            removed.iter().try_for_each(|name| self.remove(name))?;
            new.iter().try_for_each(|name| self.move_in(name))?;
            write_record(&self.out, all.iter().copied())?;
        }
        committed.removed = removed.len();
        committed.foreign = found.foreign;
        Ok(())
    }

    fn move_in(&self, name: &str) -> Result<()> {
        let (from, to) = (self.staging.file(name), self.out.join(name));
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        found::remove_empty_folders(&to);
        fs::rename(&from, &to).with_context(|| format!("cannot replace {}", to.display()))
    }

    /// Removes a file of the build before, and the folders that are empty without it.
    fn remove(&self, name: &str) -> Result<()> {
        let path = self.out.join(name);
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        let mut folder = path.parent();
        while let Some(empty) = folder.filter(|folder| *folder != self.out) {
            if fs::remove_dir(empty).is_err() {
                break;
            }
            folder = empty.parent();
        }
        Ok(())
    }
}

/// What kiln wrote into the folder before; `None` where it does not exist.
fn look_at(out: &Path) -> Result<Option<BTreeSet<String>>> {
    let refused = |what: &str| RefusedFolder::new(format!("{} {what}", out.display()));
    match fs::metadata(out) {
        Ok(data) if !data.is_dir() => bail!(refused("is a file")),
        Ok(_) => {}
        Err(_) if out.is_symlink() => bail!(refused("is a link that leads nowhere")),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            bail!(refused("lies below a file"))
        }
        Err(error) => {
            return Err(error).with_context(|| format!("cannot look at {}", out.display()));
        }
    }
    match fs::read_to_string(out.join(RECORD)) {
        // What is no name of a file below the folder was not written by kiln, and is not removed by it.
        Ok(record) => {
            let names = record.lines().filter(|name| check_name(name).is_ok());
            return Ok(Some(names.map(str::to_owned).collect()));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}/{RECORD}", out.display()));
        }
    }
    let entries =
        fs::read_dir(out).with_context(|| format!("cannot read the folder {}", out.display()))?;
    let mut names = entries.flatten().map(|entry| entry.file_name());
    if names.any(|name| name != STAGING) {
        bail!(refused("is not empty, and kiln did not make it"));
    }
    Ok(Some(BTreeSet::new()))
}

/// Fails where a name, as in the record, is not that of a file below the out folder.
fn check_name(name: &str) -> Result<()> {
    let mut components = Path::new(name).components().peekable();
    let is_below =
        components.peek().is_some() && components.all(|part| matches!(part, Component::Normal(_)));
    if !is_below {
        bail!("{name:?} is no file below a folder");
    }
    if cfg!(windows) && name.contains(['<', '>', ':', '"', '|', '?', '*']) {
        bail!("{name:?} holds a character that no file on Windows can have in its name");
    }
    Ok(())
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
fn write_record<'a>(folder: &Path, all: impl Iterator<Item = &'a str>) -> Result<()> {
    let mut text = String::new();
    for name in all {
        text.push_str(name);
        text.push('\n');
    }
    let (path, fresh) = (folder.join(RECORD), folder.join(NEW_RECORD));
    fs::write(&fresh, text)
        .and_then(|()| fs::rename(&fresh, &path))
        .with_context(|| format!("cannot write {}", path.display()))
}
