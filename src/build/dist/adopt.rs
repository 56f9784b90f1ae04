//! Which folders kiln may write to, and where it stages new files.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::record::{self, is_reserved};
use super::staging::Staging;
use crate::build::dist::out_folder::RefusedFolder;
use crate::build::output::file_name::MAX_NAME;
use crate::site::hash::Fnv;

/// Checks the out folder. Returns whether it exists.
///
/// # Errors
///
/// Fails if it is not a folder, or contains files but no record of kiln's.
pub(super) fn look_at(out: &Path) -> Result<bool> {
    let refused = |what: &str| RefusedFolder::new(format!("{} {what}", out.display()));
    match fs::symlink_metadata(out) {
        Ok(data) if !data.is_dir() => bail!(refused("is a file")),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            bail!(refused("is below a file"))
        }
        Err(error) => {
            return Err(error).with_context(|| format!("cannot inspect {}", out.display()));
        }
    }
    if out.join(record::FILE).is_file() {
        if !record::is_whole(out)? {
            bail!(
                "{}/{} is damaged, so kiln cannot tell which files it wrote\n  hint: remove {} and build again",
                out.display(),
                record::FILE,
                out.display()
            );
        }
        return Ok(true);
    }
    let entries =
        fs::read_dir(out).with_context(|| format!("cannot read the folder {}", out.display()))?;
    // A separate volume contains `lost+found` from the start.
    let is_nothing = |name: &str| is_reserved(name) || name == "lost+found";
    let mut names = entries.flatten().map(|entry| entry.file_name());
    if names.any(|name| !name.to_str().is_some_and(is_nothing)) {
        let refused = refused("is not empty, and kiln did not create it");
        // A branch that another generator wrote, or kiln without its record.
        if fs::symlink_metadata(out.join(".git")).is_ok() {
            bail!(refused.hint(format!(
                "if its files come from an earlier build, remove them and build again: `git -C {} rm -r --quiet .`",
                out.display()
            )));
        }
        bail!(refused);
    }
    Ok(true)
}

/// The names that version control uses at the top of the out folder if that is a repository or a worktree.
pub(super) fn version_control(out: &Path) -> impl Iterator<Item = (&'static str, fs::Metadata)> {
    let names = record::VERSION_CONTROL.iter();
    names.filter_map(move |(name, _)| Some((*name, fs::symlink_metadata(out.join(name)).ok()?)))
}

/// The two places for new files: beside the out folder, and inside it if it is a mount, for example.
pub(super) fn staging_places(out: &Path) -> [PathBuf; 2] {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    let mut beside = format!(".{name}.kiln-new");
    if beside.len() > MAX_NAME {
        beside = format!(".{}.kiln-new", Fnv::of(name.as_bytes()));
    }
    [out.with_file_name(beside), out.join(".kiln-new")]
}

/// Creates the folder for new files, beside the out folder if possible.
pub(super) fn make_staging(out: &Path, exists: bool, is_synced: bool) -> Result<Staging> {
    let [beside, inside] = staging_places(out);
    if !exists {
        return Staging::open(beside, true, is_synced);
    }
    if is_mount(out) {
        return Staging::open(inside, false, is_synced);
    }
    match fs::create_dir(&beside) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Staging::open(inside, false, is_synced)
        }
        _ => Staging::open(beside, true, is_synced),
    }
}

/// Returns true if and only if a folder is known to be on another file system than its parent.
#[cfg(unix)]
pub(super) fn is_mount(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| fs::metadata(path).map(|data| data.dev()).ok();
    device(folder) != folder.parent().and_then(device)
}

#[cfg(not(unix))]
pub(super) fn is_mount(_: &Path) -> bool {
    false
}
