//! Whether two folders hold the same files.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Demands that two folders hold the same bytes at the same paths, apart from what kiln keeps for itself.
///
/// # Errors
///
/// Where something cannot be read.
///
/// # Panics
///
/// Where they differ.
pub fn demand_same(one: &Path, other: &Path) -> io::Result<()> {
    let (names, others) = (files(one)?, files(other)?);
    let difference = names.symmetric_difference(&others).next();
    assert_eq!(difference, None, "only one of the two wrote this");
    for name in names {
        let is_same = fs::read(one.join(&name))? == fs::read(other.join(&name))?;
        assert!(is_same, "the two wrote other bytes to {}", name.display());
    }
    Ok(())
}

/// All files below a folder, by their paths from there.
fn files(root: &Path) -> io::Result<BTreeSet<PathBuf>> {
    let (mut files, mut folders) = (BTreeSet::new(), vec![PathBuf::new()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let name = folder.join(entry.file_name());
            if name.to_string_lossy().starts_with(".kiln") {
                continue;
            }
            if entry.file_type()?.is_dir() {
                folders.push(name);
            } else {
                files.insert(name);
            }
        }
    }
    Ok(files)
}
