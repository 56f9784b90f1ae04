//! Folders that a killed test has left in memory, where they would take room until the machine restarts.
//!
//! A test locks the folders that it makes, so a folder without a lock is nobody's any more. The numbers of processes would not do:
//! containers that share the memory have numbers of their own.

use std::fs::{self, File};
use std::path::Path;

/// What the names of folders start with that are locked while they are used. Other folders stay.
const PREFIX: &str = "kiln-test-";

/// Makes a folder, which is locked for as long as the file is open.
pub(super) fn make(folder: &Path) -> File {
    loop {
        fs::create_dir_all(folder).expect("a folder to make");
        // Until it is locked, another test may take it for a leftover, and remove it.
        let Ok(lock) = File::open(folder) else { continue };
        lock.lock().expect("a folder to lock");
        if folder.exists() {
            return lock;
        }
    }
}

/// Removes the folders that no test has locked.
pub(super) fn remove(root: &Path) {
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        // What cannot be opened or removed belongs to another user.
        if let Ok(lock) = File::open(entry.path())
            && lock.try_lock().is_ok()
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[test]
fn folders_in_use_and_those_of_others_stay() {
    let root = super::TempFolder::on_disk("leftovers");
    let folder = |name: &str| root.join(name);
    let used = make(&folder("kiln-test-1-used-0"));
    drop(make(&folder("kiln-test-1-left-1/with/folders")));
    drop(make(&folder("another-1-left-0")));
    remove(&root);
    let left = |name: &str| folder(name).exists();
    assert!(left("kiln-test-1-used-0") && left("another-1-left-0"));
    assert!(!left("kiln-test-1-left-1"));
    drop(used);
    remove(&root);
    assert!(!left("kiln-test-1-used-0"));
}
