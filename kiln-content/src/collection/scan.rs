//! Finds the files of a collection.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;
use walkdir::{DirEntry, WalkDir};

use crate::mistake::Mistake;
use crate::order;

/// A file of a collection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SourceFile {
    /// The path from the site's folder, with `/`.
    pub(super) name: String,
    pub(super) path: PathBuf,
    /// The path below the folder of the collection, without the extension, in NFC.
    pub(super) stem: String,
    pub(super) extension: String,
}

/// The files below a folder of the site whose extension is accepted, sorted by name.
///
/// Links are followed. A name that starts with `_` or `.` or ends in `~` is skipped before it is looked at, so that the
/// dangling links with which editors lock a file do no harm.
pub(super) fn files(
    site: &Path,
    folder: &str,
    accepts: fn(&str) -> bool,
) -> (Vec<SourceFile>, Vec<Mistake>) {
    let root = site.join(folder);
    let (mut files, mut mistakes) = (Vec::new(), Vec::new());
    if !root.is_dir() {
        let what =
            if root.exists() { "this is not a folder" } else { "this folder does not exist" };
        let hint = "create it, which may be empty, or correct the path in src/content.rs";
        return (files, vec![Mistake::of(folder, what).hint(hint)]);
    }
    let walk = WalkDir::new(&root).min_depth(1).follow_links(true);
    for entry in walk.into_iter().filter_entry(|entry| !is_skipped(entry)) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => match source_file(&root, folder, &entry, accepts) {
                Ok(file) => files.extend(file),
                Err(mistake) => mistakes.push(mistake),
            },
            // walkdir follows a link before it asks whether to skip it.
            Err(error) if error.path().and_then(Path::file_name).is_some_and(is_skipped_name) => {}
            Err(error) => {
                let path = error.path().unwrap_or(&root);
                mistakes.push(unreadable(&name(&root, folder, path), &error));
            }
        }
    }
    order::sort(&mut files, SourceFile::cmp);
    (files, mistakes)
}

fn is_skipped(entry: &DirEntry) -> bool {
    entry.depth() > 0 && is_skipped_name(entry.file_name())
}

fn is_skipped_name(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with(['_', '.']) || name.ends_with('~')
}

fn unreadable(name: &str, error: &walkdir::Error) -> Mistake {
    match error.io_error() {
        None => {
            Mistake::of(name, "this is a link to a folder that contains it").hint("remove the link")
        }
        Some(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Mistake::of(name, "this is a link to a file that does not exist")
                .hint("repair or remove the link")
        }
        Some(error) => Mistake::of(name, format!("this file cannot be read: {error}"))
            .hint("make it readable for the user who builds the site"),
    }
}

/// The path from the site's folder, for messages.
fn name(root: &Path, folder: &str, path: &Path) -> String {
    let folder = folder.trim_end_matches('/');
    // Most paths are text that only has to be cut off.
    if let (false, Some(root), Some(path)) = (cfg!(windows), root.to_str(), path.to_str())
        && let Some(below) = path.strip_prefix(root.trim_end_matches('/'))
        && below.starts_with('/')
    {
        return [folder, below].concat();
    }
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts = below.iter().map(|part| part.to_string_lossy());
    parts.fold(folder.to_owned(), |name, part| format!("{name}/{part}"))
}

fn source_file(
    root: &Path,
    folder: &str,
    entry: &DirEntry,
    accepts: fn(&str) -> bool,
) -> Result<Option<SourceFile>, Mistake> {
    let path = entry.path();
    let name = name(root, folder, path);
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if !accepts(extension) {
        return Ok(None);
    }
    // Opening a pipe would wait for somebody who writes into it.
    if !entry.file_type().is_file() {
        return Err(Mistake::of(&name, "this is neither a file nor a folder").hint("remove it"));
    }
    if path.to_str().is_none() {
        let hint = "rename it: the name becomes a part of an address";
        return Err(Mistake::of(&name, "the name of this file is not valid UTF-8").hint(hint));
    }
    let below = &name[folder.trim_end_matches('/').len() + 1..name.len() - extension.len() - 1];
    let stem = if below.is_ascii() { below.to_owned() } else { below.nfc().collect() };
    let extension = extension.to_owned();
    Ok(Some(SourceFile { stem, extension, path: path.to_path_buf(), name }))
}
