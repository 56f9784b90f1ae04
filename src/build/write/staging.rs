//! The folder that files are made in before they are moved to their place.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// A folder that one build has for itself, as long as it runs: the files, and beside them the lock.
#[derive(Debug)]
pub(super) struct Staging {
    folder: PathBuf,
    /// Held while the build runs. A build that was killed holds nothing, and its folder is the next one's to clean up.
    _lock: File,
}

impl Staging {
    /// Makes the folder; what a build that was killed left in it is removed.
    ///
    /// # Errors
    ///
    /// Where another build has it.
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let lock = lock(folder)?;
        let staging = Staging { folder: folder.to_path_buf(), _lock: lock };
        remove(&staging.files())?;
        fs::create_dir(staging.files())
            .with_context(|| format!("cannot make the folder {}", staging.files().display()))?;
        Ok(staging)
    }

    /// Removes what a build that was killed left lying.
    pub(super) fn clean(folder: &Path) -> Result<()> {
        if folder.is_dir() {
            let _lock = lock(folder)?;
            remove(folder)?;
        }
        Ok(())
    }

    /// Where the out folder is made.
    pub(super) fn files(&self) -> PathBuf {
        self.folder.join("files")
    }

    /// Where a file of the out folder is made.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.files().join(name)
    }

    /// Removes the folder and all in it.
    pub(super) fn remove(&self) -> Result<()> {
        remove(&self.folder)
    }
}

fn lock(folder: &Path) -> Result<File> {
    let path = folder.join("lock");
    let cannot = || format!("cannot make {}", path.display());
    loop {
        fs::create_dir_all(folder).with_context(cannot)?;
        let mut lock = File::create(&path).with_context(cannot)?;
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
        let token = std::process::id().to_string();
        lock.write_all(token.as_bytes()).with_context(cannot)?;
        if fs::read_to_string(&path).is_ok_and(|written| written == token) {
            return Ok(lock);
        }
    }
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
