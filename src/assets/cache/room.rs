//! A folder of the cache.

use std::fs::{self, File};
#[cfg(any(test, feature = "images"))]
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use twox_hash::XxHash3_64;

use super::key::Key;
use super::used;
#[cfg(any(test, feature = "images"))]
use super::write::write;
use crate::text::names::NameSet;

/// A folder of the cache.
///
/// The file of an entry begins with a hash of the rest. While a room is in use, its lock is shared, so that no other build removes
/// entries.
#[derive(Debug)]
pub(crate) struct Room {
    folder: PathBuf,
    /// Keys in hexadecimal digits.
    used: Mutex<NameSet>,
    /// `None` if there is none: then nothing is removed.
    lock: Option<File>,
}

/// The length of the hash in front of an entry.
const HASH: usize = 8;

impl Room {
    pub(super) fn open(folder: PathBuf) -> Self {
        let lock = fs::create_dir_all(&folder)
            .and_then(|()| File::create(folder.join(".lock")))
            .and_then(|file| file.lock_shared().map(|()| file));
        Room { folder, used: Mutex::default(), lock: lock.ok() }
    }

    /// The bytes of an entry; `None` if it is missing or broken.
    pub(crate) fn get(&self, key: &Key) -> Option<Vec<u8>> {
        let mut bytes = fs::read(self.folder.join(key.hex())).ok()?;
        let (hash, body) = bytes.split_first_chunk::<HASH>()?;
        if *hash != hash_of(body) {
            return None;
        }
        bytes.drain(..HASH);
        self.note(key);
        Some(bytes)
    }

    /// Stores an entry.
    ///
    /// It is written in place: the hash tells a reader that it is half-written, and a folder takes one new name in half the time of a
    /// name and a change of it.
    pub(crate) fn put(&self, key: &Key, bytes: &[u8]) {
        let parts = [&hash_of(bytes), bytes];
        if fs::write(self.folder.join(key.hex()), parts.concat()).is_ok() {
            self.note(key);
        }
    }

    /// The file of an entry that was stored as a file; `None` if it is missing or broken.
    #[cfg(any(test, feature = "images"))]
    pub(crate) fn file(&self, key: &Key, extension: &str) -> Option<PathBuf> {
        let hash = self.get(key)?;
        let path = self.folder.join(file_name(key, extension));
        let bytes = fs::read(&path).ok()?;
        (hash == hash_of(&bytes)).then_some(path)
    }

    /// Stores an entry as a file with nothing but its bytes, and its hash as another.
    ///
    /// If another process has stored it in the meantime, that file is kept: servers rely on its time.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    #[cfg(any(test, feature = "images"))]
    pub(crate) fn put_file(&self, key: &Key, extension: &str, bytes: &[u8]) -> io::Result<PathBuf> {
        if let Some(path) = self.file(key, extension) {
            return Ok(path);
        }
        let path = write(&self.folder, &file_name(key, extension), bytes)?;
        self.put(key, &hash_of(bytes));
        Ok(path)
    }

    /// Removes what the last two builds did not use.
    pub(super) fn finish(&self, build: &Key) {
        let now = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(lock) = &self.lock else { return };
        if used::save(&self.folder, build, &now).is_err() || lock.unlock().is_err() {
            return;
        }
        // Another build may be about to read what this one would remove. A later build removes it then.
        if lock.try_lock().is_ok() {
            used::remove_unused(&self.folder);
            let _ = lock.unlock();
        }
        let _ = lock.lock_shared();
    }

    fn note(&self, key: &Key) {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(key.hex());
    }
}

#[cfg(any(test, feature = "images"))]
fn file_name(key: &Key, extension: &str) -> String {
    format!("{}.{extension}", key.hex())
}

fn hash_of(bytes: &[u8]) -> [u8; HASH] {
    XxHash3_64::oneshot(bytes).to_le_bytes()
}
