//! Compares the files of two folders.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

/// Checks that two folders contain the same bytes at the same paths, apart from kiln's own files.
///
/// # Errors
///
/// Fails if something cannot be read.
///
/// # Panics
///
/// Panics if they differ.
pub fn demand_same(one: &Path, other: &Path) -> io::Result<()> {
    let names = names(one)?;
    assert_eq!(names, self::names(other)?, "other names in {} than beside it", one.display());
    for name in names {
        let (one, other) = (one.join(&name), other.join(&name));
        if one.is_dir() {
            demand_same(&one, &other)?;
        } else {
            let is_same = fs::read(&one)? == fs::read(&other)?;
            assert!(is_same, "other bytes in {} than beside it", one.display());
        }
    }
    Ok(())
}

/// The entries of a folder, sorted. The whole tree is never listed: the benchmark's own memory counts towards that of
/// the processes that it starts.
fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    let entries = fs::read_dir(folder)?;
    let mut names: Vec<_> =
        entries.map(|entry| Ok(entry?.file_name())).collect::<io::Result<_>>()?;
    names.retain(|name| !name.to_string_lossy().starts_with(".kiln"));
    names.sort();
    Ok(names)
}
