//! What the last two builds used: a list in each room for each build, and what none of the lists has.

use std::ffi::OsStr;
use std::fs::{self, DirEntry};
use std::io;
use std::path::Path;
use std::time::Duration;

use super::key::Key;
use super::write::write;
use crate::text::names::NameSet;
use crate::text::sorted::sorted;

/// How long the list of a build is kept that does not run any more, for example that of a site which has been deleted.
const KEPT: Duration = Duration::from_hours(30 * 24);

const LIST: &str = ".used-";
const NEW: &str = ".new-";

/// The rooms that a build has used, by their names.
pub(super) fn rooms(cache: &Path, build: &Key) -> Vec<String> {
    let list = list_name(build);
    let mut names = Vec::new();
    for room in entries(cache) {
        if room.path().join(&list).exists() {
            names.extend(room.file_name().into_string().ok());
        }
    }
    sorted(names)
}

/// Saves what a build has used, before what the build before it has used.
pub(super) fn save(room: &Path, build: &Key, used: &NameSet) -> io::Result<()> {
    let name = list_name(build);
    let before = fs::read_to_string(room.join(&name)).unwrap_or_default();
    let mut list = String::new();
    // What this build has used, an empty line, and what the build before it has used.
    let before = before.lines().take_while(|line| !line.is_empty());
    for key in used.iter().chain([""]).chain(before) {
        list.push_str(key);
        list.push('\n');
    }
    write(room, &name, list.as_bytes()).map(drop)
}

/// Removes the entries that no list has, and files that a killed build has left half-written. No build must be running.
pub(super) fn remove_unused(room: &Path) {
    let mut used = NameSet::default();
    let mut removed = Vec::new();
    for entry in entries(room) {
        let name = entry.file_name();
        let is_named = |prefix| name.to_str().is_some_and(|name| name.starts_with(prefix));
        if is_named(NEW) || is_named(LIST) && is_old(&entry) {
            removed.push(entry.path());
        } else if is_named(LIST) {
            // A list that cannot be read would make its build slow, and nothing else.
            let list = fs::read_to_string(entry.path()).unwrap_or_default();
            for key in list.lines().filter_map(Key::of_name) {
                used.insert(key.hex());
            }
        }
    }
    let is_unused = |name: &OsStr| {
        name.to_str().and_then(Key::of_name).is_some_and(|key| !used.contains(&key.hex()))
    };
    for entry in entries(room) {
        if is_unused(&entry.file_name()) {
            removed.push(entry.path());
        }
    }
    for path in removed {
        let _ = fs::remove_file(path);
    }
}

fn list_name(build: &Key) -> String {
    format!("{LIST}{}", build.hex())
}

/// What a folder contains, as far as it can be read.
fn entries(folder: &Path) -> Vec<DirEntry> {
    let mut entries = Vec::new();
    if let Ok(listed) = fs::read_dir(folder) {
        for entry in listed {
            entries.extend(entry);
        }
    }
    entries
}

fn is_old(entry: &DirEntry) -> bool {
    let modified = entry.metadata().and_then(|metadata| metadata.modified());
    modified.is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > KEPT))
}
