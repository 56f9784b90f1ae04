//! What the last two builds used: a list in each room for each build, and what none of the lists has.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, DirEntry};
use std::io;
use std::path::Path;
use std::time::Duration;

use super::key::Key;
use super::write::write;

/// How long the list of a build is kept that does not run any more, for example that of a site which has been deleted.
const KEPT: Duration = Duration::from_hours(30 * 24);

const LIST: &str = ".used-";
const NEW: &str = ".new-";

/// The rooms that a build has used, by their names.
pub(super) fn rooms(cache: &Path, build: &Key) -> Vec<String> {
    let list = list_name(build);
    let has_list = |room: &DirEntry| room.path().join(&list).exists();
    let names = entries(cache).filter(has_list).map(|room| room.file_name());
    let mut names: Vec<String> = names.filter_map(|name| name.into_string().ok()).collect();
    names.sort_unstable();
    names
}

/// Saves what a build has used, before what the build before it has used.
pub(super) fn save(room: &Path, build: &Key, used: &BTreeSet<String>) -> io::Result<()> {
    let name = list_name(build);
    let before = fs::read_to_string(room.join(&name)).unwrap_or_default();
    let mut list: String = used.iter().flat_map(|key| [key, "\n"]).collect();
    list.push('\n');
    list.extend(before.lines().take_while(|line| !line.is_empty()).flat_map(|line| [line, "\n"]));
    write(room, &name, list.as_bytes()).map(drop)
}

/// Removes the entries that no list has, and files that a killed build has left half-written. No build must be running.
pub(super) fn remove_unused(room: &Path) {
    let mut used = BTreeSet::new();
    let mut removed = Vec::new();
    for entry in entries(room) {
        let name = entry.file_name();
        let is_named = |prefix| name.to_str().is_some_and(|name| name.starts_with(prefix));
        if is_named(NEW) || is_named(LIST) && is_old(&entry) {
            removed.push(entry.path());
        } else if is_named(LIST) {
            // A list that cannot be read would make its build slow, and nothing else.
            let list = fs::read_to_string(entry.path()).unwrap_or_default();
            used.extend(list.lines().filter_map(Key::of_name).map(|key| key.hex()));
        }
    }
    let is_unused = |name: &OsStr| {
        name.to_str().and_then(Key::of_name).is_some_and(|key| !used.contains(&key.hex()))
    };
    let unused = entries(room).filter(|entry| is_unused(&entry.file_name()));
    removed.extend(unused.map(|entry| entry.path()));
    for path in removed {
        let _ = fs::remove_file(path);
    }
}

fn list_name(build: &Key) -> String {
    format!("{LIST}{}", build.hex())
}

fn entries(folder: &Path) -> impl Iterator<Item = DirEntry> {
    fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok)
}

fn is_old(entry: &DirEntry) -> bool {
    let modified = entry.metadata().and_then(|metadata| metadata.modified());
    modified.is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > KEPT))
}
