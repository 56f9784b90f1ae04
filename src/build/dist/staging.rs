//! The staging folder, in which a site is made before it is moved into place.

use std::fs::{self, DirEntry, File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::permissions::NewPermissions;
use crate::build::parallel;

/// The folder for new files in the staging folder; after an exchange of folders, the old site.
pub(super) const FILES: &str = "files";

/// A folder that belongs to one build while it runs: the new files, and the lock beside them.
#[derive(Debug)]
pub(super) struct Staging {
    folder: PathBuf,
    is_beside: bool,
    is_synced: bool,
    /// Held while the build runs. A killed build holds no lock, and the next one removes its folder.
    lock: File,
}

impl Staging {
    /// Creates the folder.
    ///
    /// # Errors
    ///
    /// Fails if another build uses it.
    pub(super) fn open(folder: PathBuf, is_beside: bool, is_synced: bool) -> Result<Self> {
        check_owner(&folder)?;
        Staging { lock: lock(&folder)?, folder, is_beside, is_synced }.with_folders()
    }

    /// Creates a folder that only this process writes to, for files that are removed at the end.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be created.
    #[cfg(feature = "check")]
    pub(super) fn of_process(folder: PathBuf) -> Result<Self> {
        check_owner(&folder)?;
        // Another process that looks for leftovers may hold the lock for a moment.
        let wait = |lock: &File| lock.lock().map_err(TryLockError::Error);
        let lock = locked(&folder, wait)?;
        Staging { lock, folder, is_beside: true, is_synced: false }.with_folders()
    }

    fn with_folders(self) -> Result<Self> {
        for folder in [self.files(), self.slots()] {
            fs::create_dir(&folder)
                .with_context(|| format!("cannot create the folder {}", folder.display()))?;
        }
        Ok(self)
    }

    /// The folder itself, for lists that do not fit into memory.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether it is beside the out folder, and not inside it.
    pub(super) fn is_beside(&self) -> bool {
        self.is_beside
    }

    /// The folder for new files.
    pub(super) fn files(&self) -> PathBuf {
        self.folder.join(FILES)
    }

    /// The folder for new files of an existing out folder, by number.
    pub(super) fn slots(&self) -> PathBuf {
        self.folder.join("slots")
    }

    /// The permissions of new files and folders.
    pub(super) fn new_permissions(&self) -> Result<NewPermissions> {
        NewPermissions::of_new(&self.files(), &self.lock)
    }

    /// Flushes the new files to the disk if requested: otherwise, a power failure after they were moved into place may
    /// leave them empty.
    pub(super) fn flush(&self) -> Result<()> {
        if !self.is_synced {
            return Ok(());
        }
        sync(&self.folder)
            .with_context(|| format!("cannot write {} to the disk", self.folder.display()))
    }

    /// Removes the folder with its contents.
    pub(super) fn remove(&self) -> Result<()> {
        remove(&self.folder)
    }
}

/// Flushes the whole file system of a folder: one call for any number of files.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn sync(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

/// Flushes each file, since these systems have no call for all of them.
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

/// Distinguishes a folder from a later one with the same name, as far as the system can tell.
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

/// The start of the lock's contents, before the id of the process that holds it.
const MARK: &str = "kiln ";

fn check_owner(folder: &Path) -> Result<()> {
    if !is_kilns(folder) {
        bail!(
            "{} exists, and kiln did not create it\n  hint: move it: kiln builds the site in a folder with that name",
            folder.display()
        );
    }
    Ok(())
}

/// Returns true if and only if the name does not exist, or is a staging folder: with kiln's lock, or empty.
pub(super) fn is_kilns(folder: &Path) -> bool {
    match fs::symlink_metadata(folder) {
        Err(error) => return error.kind() == ErrorKind::NotFound,
        Ok(data) if !data.is_dir() => return false,
        Ok(_) => {}
    }
    let lock = folder.join(LOCK);
    let is_locked = fs::symlink_metadata(&lock).is_ok_and(|data| data.is_file())
        && fs::read_to_string(&lock).is_ok_and(|text| text.is_empty() || text.starts_with(MARK));
    // A build that is killed early leaves nothing but an empty folder.
    let is_empty = || fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    is_locked || is_empty()
}

/// Creates a folder and locks it.
///
/// # Errors
///
/// Fails if another process has locked it.
pub(super) fn lock(folder: &Path) -> Result<File> {
    locked(folder, File::try_lock)
}

fn locked(folder: &Path, take: impl Fn(&File) -> Result<(), TryLockError>) -> Result<File> {
    let path = folder.join(LOCK);
    let cannot = || format!("cannot create {}", path.display());
    loop {
        fs::create_dir_all(folder).with_context(cannot)?;
        let opened = File::options().write(true).create(true).truncate(false).open(&path);
        let mut lock = match opened {
            // A finished build may have removed the folder in between.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            opened => opened.with_context(cannot)?,
        };
        match take(&lock) {
            Err(TryLockError::WouldBlock) => bail!(
                "another build is writing this folder\n  hint: wait for it, or name another folder with --out"
            ),
            Err(TryLockError::Error(error)) if error.kind() != ErrorKind::Unsupported => {
                return Err(error).with_context(|| format!("cannot lock {}", path.display()));
            }
            _ => {}
        }
        // A finished build may have removed the file in between: then this is the lock of a deleted file.
        let token = format!("{MARK}{}", std::process::id());
        lock.set_len(0).with_context(cannot)?;
        lock.write_all(token.as_bytes()).with_context(cannot)?;
        if fs::read_to_string(&path).is_ok_and(|written| written == token) {
            return Ok(lock);
        }
    }
}

/// Removes the folders with this start of their names that killed processes have left. Those of running ones are locked.
#[cfg(feature = "check")]
pub(crate) fn remove_left(parent: &Path, start: &str) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let is_named = entry.file_name().to_str().is_some_and(|name| name.starts_with(start));
        if is_named && is_kilns(&entry.path()) {
            // What cannot be removed is no reason to fail.
            let _ = remove_unlocked(&entry.path());
        }
    }
}

/// Removes a folder that no process has locked. It writes nothing: a process may be about to remove the folder itself.
#[cfg(feature = "check")]
fn remove_unlocked(folder: &Path) -> Result<()> {
    match File::options().write(true).open(folder.join(LOCK)) {
        Ok(lock) => {
            lock.try_lock()?;
            remove(folder)
        }
        Err(_) => Ok(fs::remove_dir(folder)?),
    }
}

/// Removes a folder with its contents. The lock is last, so that another build only takes an empty folder.
pub(super) fn remove(folder: &Path) -> Result<()> {
    let cannot = || format!("cannot remove {}", folder.display());
    remove_entries(folder, &|entry| entry.file_name() != LOCK)?;
    let removed = remove_file(&folder.join(LOCK)).and_then(|()| fs::remove_dir(folder));
    match removed {
        // Another process has removed the empty folder.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed.with_context(cannot),
    }
}

/// The number of entries that are removed on one thread.
const FEW: usize = 32;

/// Removes some entries of a folder, on all threads if there are many.
fn remove_entries(folder: &Path, which: &(dyn Fn(&DirEntry) -> bool + Sync)) -> Result<()> {
    let cannot = || format!("cannot remove the contents of {}", folder.display());
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
    // For a few files, starting threads would take longer.
    if entries.len() < FEW {
        return entries.iter().filter(|entry| which(entry)).try_for_each(remove);
    }
    parallel::for_each(&entries, |entry| if which(entry) { remove(entry) } else { Ok(()) })
}

fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(all(test, feature = "check"))]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
    use std::thread;

    use super::*;

    #[test]
    fn who_looks_for_leftovers_does_not_disturb_who_has_just_begun() {
        let parent = std::env::temp_dir().join(format!("kiln-staging-{}", std::process::id()));
        let is_over = &AtomicBool::new(false);
        thread::scope(|scope| {
            let parent = &parent;
            scope.spawn(move || {
                while !is_over.load(SeqCst) {
                    remove_left(parent, "begun");
                }
            });
            let take = |number| -> Result<()> {
                Staging::of_process(parent.join(format!("begun-{number}")))?.remove()
            };
            let begun = (0..500).try_for_each(take);
            is_over.store(true, SeqCst);
            begun.expect("a folder of its own");
        });
        fs::remove_dir_all(parent).expect("a folder to remove");
    }
}
