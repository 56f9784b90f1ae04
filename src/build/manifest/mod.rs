//! The paths and files of a build, sorted; in memory if there are few, and on disk otherwise.
//!
//! A list that grows with the site is the one thing that a build needs: it reveals collisions and the files that only
//! the previous build wrote, and becomes kiln's record. It is stored as by an external sort: in sorted runs, which are
//! merged whenever the list is read.

pub(crate) mod addresses;
pub(crate) mod collisions;
pub(crate) mod key;
pub(crate) mod listed_params;

mod entry;
mod listing;
mod run;

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};

pub(crate) use self::entry::{Entry, NameKind, Owner};
pub(crate) use self::listing::Listing;
use self::run::{Run, run_file};
use super::dist::written::Written;

/// The bytes of a run that are kept in memory before they are sorted and written: some 100,000 names.
const RUN_BYTES: usize = 4 << 20;

/// Collects the files of a build, from any thread.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// The folder for runs.
    folder: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    run: Run,
    /// The number of runs on disk.
    written: usize,
    /// Whether a run could not be written. The build then fails, and later entries do not matter.
    is_broken: bool,
}

impl Manifest {
    /// An empty list. If it becomes large, it is written to files in this folder.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Manifest { folder, state: Mutex::default() }
    }

    /// Adds a page: its path, and its file if it has one.
    pub(crate) fn add_page(
        &self,
        path: &str,
        file: Option<&str>,
        owner: Owner,
        written: Written,
    ) -> Result<()> {
        let (written, slot, digest) = written.bits();
        let place = (slot, digest);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match file {
            Some(file) if file == path => {
                state.run.push(path, NameKind::FILE | NameKind::PATH | written, owner, place);
            }
            Some(file) => {
                let folder =
                    file.strip_suffix("index.html").map(|folder| folder.trim_end_matches('/'));
                let form = if folder == Some(path) { NameKind::INDEX } else { NameKind::HTML };
                state.run.push(file, NameKind::FILE | form | written, owner, place);
                state.run.push(path, NameKind::PATH, owner, place);
            }
            None => state.run.push(path, NameKind::PATH, owner, place),
        }
        let address = file.map(addresses::address);
        if let Some(address) = address.filter(|address| *address != path && Some(*address) != file)
        {
            state.run.push(address, NameKind::ADDRESS, owner, place);
        }
        self.spill(state)
    }

    /// Adds a file that is not a page, but is served at a path.
    pub(crate) fn add_file(&self, file: &str, owner: Owner, written: Written) -> Result<()> {
        self.add_page(file, Some(file), owner, written)
    }

    /// Adds a compressed variant of a file.
    pub(crate) fn add_variant(&self, name: &str, owner: Owner, written: Written) -> Result<()> {
        self.add(name, NameKind(NameKind::FILE | NameKind::VARIANT), owner, written)
    }

    /// Adds a name of a known kind.
    pub(crate) fn add(
        &self,
        name: &str,
        kind: NameKind,
        owner: Owner,
        written: Written,
    ) -> Result<()> {
        let (bits, slot, digest) = written.bits();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.run.push(name, kind.0 | bits, owner, (slot, digest));
        self.spill(state)
    }

    /// Writes a large run to disk. Other threads wait: a second run would take too much memory.
    fn spill(&self, mut state: std::sync::MutexGuard<'_, State>) -> Result<()> {
        if state.run.bytes.len() < RUN_BYTES {
            return Ok(());
        }
        let path = run_file(&self.folder, state.written);
        state.run.sort();
        let written = state.run.write(&path);
        state.run.clear();
        if std::mem::replace(&mut state.is_broken, written.is_err()) {
            return Ok(());
        }
        state.written += 1;
        written.with_context(|| format!("cannot write {}", path.display()))
    }

    /// Reopens a listing, so that more can be added to it.
    pub(crate) fn reopen(&self, listing: Listing) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).run = listing.run;
    }

    /// Sorts the list. Nothing may be added afterwards, unless it is reopened.
    pub(crate) fn close(&self) -> Listing {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut run = std::mem::take(&mut state.run);
        run.sort_in_parallel();
        let files = (0..state.written).map(|at| run_file(&self.folder, at)).collect();
        Listing { run, files }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;

    use crate::assets::digest::Digest;

    fn names(listing: &Listing) -> Vec<String> {
        listing.entries().expect("a list").map(|entry| entry.expect("an entry").name()).collect()
    }

    #[test]
    fn entries_are_sorted() {
        let manifest = Manifest::new(PathBuf::new());
        let table = [
            ("b", Some("b/index.html"), "b/index.html", "b"),
            ("", Some("index.html"), "index.html", ""),
            ("c.html", Some("c.html"), "c.html", "c.html"),
            ("a", Some("a.html"), "a.html", "a"),
            ("data.json", Some("data.json"), "data.json", "data.json"),
        ];
        for (at, (path, file, ..)) in table.into_iter().enumerate() {
            let written = if at == 1 { Written::Unchanged(Digest::of(b"b")) } else { Written::NEW };
            manifest.add_page(path, file, Owner::route(at), written).expect("memory");
        }
        manifest.add_page("gone", None, Owner::route(9), Written::NEW).expect("memory");
        let listing = manifest.close();
        let files: Vec<Entry<'_>> =
            listing.files().expect("a list").map(|entry| entry.expect("an entry")).collect();
        for (at, (.., name, path)) in table.into_iter().enumerate() {
            let entry = files.iter().find(|entry| entry.name() == name).expect(name);
            assert_eq!(entry.path(), path);
            assert_eq!(entry.owner.route_index(), Some(at));
            assert_eq!(entry.kind.is_unchanged(), at == 1, "{name}");
            let digest = if at == 1 { Digest::of(b"b") } else { Digest::default() };
            assert_eq!(entry.digest, digest, "{name}");
        }
        assert_eq!(files.len(), table.len());
        let all = [
            "",
            "a",
            "a.html",
            "b",
            "b/index.html",
            "c",
            "c.html",
            "data.json",
            "gone",
            "index.html",
        ];
        assert_eq!(names(&listing), all);
    }

    #[test]
    fn a_long_list_is_sorted_on_disk() {
        let folder = std::env::temp_dir().join(format!("kiln-manifest-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let manifest = Manifest::new(folder.clone());
        let name = |at: usize| format!("folder/{:07}.json", at * 7_919 % 400_009);
        for at in 0..400_009 {
            manifest.add_file(&name(at), Owner::route(at), Written::NEW).expect("room");
        }
        let listing = manifest.close();
        assert!(listing.files.len() >= 2, "{:?}", listing.files);
        let sorted = (0..400_009).map(|at| format!("folder/{at:07}.json"));
        assert!(sorted.eq(names(&listing)));
        fs::remove_dir_all(&folder).expect("a folder to remove");
    }
}
