//! The folder that a site is made in before it is moved to its place.

use std::fs::{self, DirEntry, File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::rights::Rights;
use crate::build::dist::{exchange, in_place};
use crate::build::output::batches;

/// Where new files are made, below the staging folder; after an exchange of folders, the old site.
pub(super) const FILES: &str = "files";

/// A folder that one build has for itself, as long as it runs: the new files, and beside them the lock.
#[derive(Debug)]
pub(super) struct Staging {
    folder: PathBuf,
    is_beside: bool,
    is_synced: bool,
    /// Held while the build runs. A build that was killed holds nothing, and its folder is the next one's to clean up.
    lock: File,
}

impl Staging {
    /// Makes the folder.
    ///
    /// # Errors
    ///
    /// Where another build has it.
    pub(super) fn open(folder: PathBuf, is_beside: bool, is_synced: bool) -> Result<Self> {
        if !is_kilns(&folder) {
            bail!(
                "{} is there, and kiln did not make it\n  hint: move it away: kiln makes the site in a folder of that name",
                folder.display()
            );
        }
        let staging = Staging { lock: lock(&folder)?, folder, is_beside, is_synced };
        for folder in [staging.files(), staging.slots()] {
            fs::create_dir(&folder)
                .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        Ok(staging)
    }

    /// Finishes or takes back what a build that was killed had begun, and removes what it left. A folder that kiln did not
    /// make is left alone.
    pub(super) fn clean(folder: &Path, out: &Path) -> Result<()> {
        if fs::symlink_metadata(folder).is_err() || !is_kilns(folder) {
            return Ok(());
        }
        let _lock = lock(folder)?;
        in_place::take_back(folder, out)?;
        exchange::remove_if_old(folder, out)?;
        remove(folder)
    }

    /// The folder itself, for lists that are too long for memory.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether it is beside the out folder, and not in it.
    pub(super) fn is_beside(&self) -> bool {
        self.is_beside
    }

    /// Where the new files are made.
    pub(super) fn files(&self) -> PathBuf {
        self.folder.join(FILES)
    }

    /// Where new files are made that go to an out folder which is there, by number.
    pub(super) fn slots(&self) -> PathBuf {
        self.folder.join("slots")
    }

    /// The rights of new files and folders.
    pub(super) fn rights(&self) -> Result<Rights> {
        Rights::of_new(&self.files(), &self.lock)
    }

    /// Waits until what was written is on the disk, where that was asked for: otherwise a power cut may leave
    /// files without their bytes, in a folder that is in its place.
    pub(super) fn flush(&self) -> Result<()> {
        if !self.is_synced {
            return Ok(());
        }
        sync(&self.folder)
            .with_context(|| format!("cannot write {} to the disk", self.folder.display()))
    }

    /// Removes the folder and all in it.
    pub(super) fn remove(&self) -> Result<()> {
        remove(&self.folder)
    }
}

/// Writes all that the file system of a folder has in memory: one call, however many files there are.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn sync(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

/// Writes each file, as these systems have no call for all of them.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn sync(folder: &Path) -> io::Result<()> {
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry?;
        if entry.file_type().is_file() {
            File::open(entry.path())?.sync_all()?;
        }
    }
    Ok(())
}

/// Distinguishes a folder from another one that has its name later, as far as the system can tell.
pub(super) fn identity(folder: &Path) -> io::Result<String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let data = fs::metadata(folder)?;
        Ok(format!("folder {} {}", data.dev(), data.ino()))
    }
    #[cfg(not(unix))]
    {
        fs::metadata(folder).map(|_| "folder".to_owned())
    }
}

const LOCK: &str = "lock";

/// What the lock says, before the process that has it.
const MARK: &str = "kiln ";

/// Returns true if and only if there is nothing of that name, or a folder that kiln makes sites in: with a lock of kiln's,
/// or with nothing in it.
fn is_kilns(folder: &Path) -> bool {
    match fs::symlink_metadata(folder) {
        Err(error) => return error.kind() == ErrorKind::NotFound,
        Ok(data) if !data.is_dir() => return false,
        Ok(_) => {}
    }
    let lock = folder.join(LOCK);
    let is_locked = fs::symlink_metadata(&lock).is_ok_and(|data| data.is_file())
        && fs::read_to_string(&lock).is_ok_and(|text| text.is_empty() || text.starts_with(MARK));
    // A build that is killed early leaves less than a lock.
    let is_empty = || fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    is_locked || is_empty()
}

fn lock(folder: &Path) -> Result<File> {
    let path = folder.join(LOCK);
    let cannot = || format!("cannot make {}", path.display());
    loop {
        fs::create_dir_all(folder).with_context(cannot)?;
        let opened = File::options().write(true).create(true).truncate(false).open(&path);
        let mut lock = match opened {
            // A build that just ended may have removed the folder between the two.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            opened => opened.with_context(cannot)?,
        };
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => bail!(
                "another build is writing this folder\n  hint: wait for it, or name another folder with --out"
            ),
            Err(TryLockError::Error(error)) if error.kind() != ErrorKind::Unsupported => {
                return Err(error).with_context(|| format!("cannot lock {}", path.display()));
            }
            _ => {}
        }
        // A build that just ended may have removed the file between the two: then this lock is that of nothing.
        let token = format!("{MARK}{}", std::process::id());
        lock.set_len(0).with_context(cannot)?;
        lock.write_all(token.as_bytes()).with_context(cannot)?;
        if fs::read_to_string(&path).is_ok_and(|written| written == token) {
            return Ok(lock);
        }
    }
}

/// Removes a folder and all in it; the lock last, so that another build only takes what is empty.
fn remove(folder: &Path) -> Result<()> {
    let cannot = || format!("cannot remove {}", folder.display());
    remove_entries(folder, &|entry| entry.file_name() != LOCK)?;
    remove_file(&folder.join(LOCK)).and_then(|()| fs::remove_dir(folder)).with_context(cannot)
}

/// How many entries of a folder are removed on one thread.
const FEW: usize = 32;

/// Removes some of what is in a folder, on all threads where that is much.
fn remove_entries(folder: &Path, which: &(dyn Fn(&DirEntry) -> bool + Sync)) -> Result<()> {
    let cannot = || format!("cannot remove what is in {}", folder.display());
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<DirEntry>>>);
    let entries = entries.with_context(cannot)?;
    let remove = |entry: &DirEntry| {
        let path = entry.path();
        if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            return remove_file(&path).with_context(cannot);
        }
        remove_entries(&path, &|_| true)?;
        fs::remove_dir(path).with_context(cannot)
    };
    // Where few files changed, threads would take longer to start.
    if entries.len() < FEW {
        return entries.iter().filter(|entry| which(entry)).try_for_each(remove);
    }
    let wanted = |entry: &&DirEntry| which(entry);
    batches::on_pool(|| entries.par_iter().filter(wanted).try_for_each(remove))
}

fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
