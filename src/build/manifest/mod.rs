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
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};

pub(crate) use self::entry::{Entry, NameKind, Owner};
pub(crate) use self::listing::Listing;
use self::run::{Run, run_file};
use super::dist::written::Written;

/// The number of lists that threads share, so that they rarely wait for each other. With one list for each thread, a machine with
/// many of them would need more memory, or more files than a process may open.
const PARTS: usize = 4;

/// The bytes of a run that are kept in memory before they are sorted and written, if this number is on disk: some 20,000 names, and
/// four times as many for the largest sites, since all runs are open at once in the end.
fn run_bytes(written: usize) -> usize {
    (1 << 20) << (written / 64).min(2)
}

/// Collects the files of a build, from any thread.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// The folder for runs.
    folder: PathBuf,
    /// A thread always uses the same one.
    parts: [Mutex<Part>; PARTS],
    /// The number of runs on disk.
    written: AtomicUsize,
}

/// Aligned, since threads that write to one line of the processor's cache would wait for each other.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Part {
    run: Run,
    /// Whether a run could not be written. The build then fails, and later entries do not matter.
    is_broken: bool,
}

impl Manifest {
    /// An empty list. If it becomes large, it is written to files in this folder.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Manifest { folder, parts: Default::default(), written: AtomicUsize::new(0) }
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
        let mut part = self.part();
        match file {
            Some(file) if file == path => {
                part.run.push(path, NameKind::FILE | NameKind::PATH | written, owner, place);
            }
            Some(file) => {
                let folder =
                    file.strip_suffix("index.html").map(|folder| folder.trim_end_matches('/'));
                let form = if folder == Some(path) { NameKind::INDEX } else { NameKind::HTML };
                part.run.push(file, NameKind::FILE | form | written, owner, place);
                part.run.push(path, NameKind::PATH, owner, place);
            }
            None => part.run.push(path, NameKind::PATH, owner, place),
        }
        let address = file.map(addresses::address);
        if let Some(address) = address.filter(|address| *address != path && Some(*address) != file)
        {
            part.run.push(address, NameKind::ADDRESS, owner, place);
        }
        self.spill(part)
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
        let mut part = self.part();
        part.run.push(name, kind.0 | bits, owner, (slot, digest));
        self.spill(part)
    }

    fn part(&self) -> MutexGuard<'_, Part> {
        let thread = rayon::current_thread_index().unwrap_or_default();
        lock(&self.parts[thread % PARTS])
    }

    /// Writes a large run to disk. Other threads with this part wait: a second run would take too much memory.
    fn spill(&self, mut part: MutexGuard<'_, Part>) -> Result<()> {
        if part.run.bytes.len() < run_bytes(self.written.load(Relaxed)) {
            return Ok(());
        }
        let path = run_file(&self.folder, self.written.fetch_add(1, Relaxed));
        part.run.sort();
        let written = part.run.write(&path);
        part.run.clear();
        if std::mem::replace(&mut part.is_broken, written.is_err()) {
            return Ok(());
        }
        written.with_context(|| format!("cannot write {}", path.display()))
    }

    /// Reopens a listing, so that more can be added to it.
    pub(crate) fn reopen(&self, listing: Listing) {
        self.part().run = listing.run;
    }

    /// Sorts the list. Nothing may be added afterwards, unless it is reopened.
    pub(crate) fn close(&self) -> Listing {
        let mut run = Run::default();
        for part in &self.parts {
            run.append(std::mem::take(&mut lock(part).run));
        }
        run.sort_in_parallel();
        let files = 0..self.written.load(Relaxed);
        Listing { run, files: files.map(|at| run_file(&self.folder, at)).collect() }
    }
}

fn lock(part: &Mutex<Part>) -> MutexGuard<'_, Part> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
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
        let name = |at: usize| format!("folder/{:07}.json", at * 7_919 % 100_009);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().expect("threads");
        pool.broadcast(|thread| {
            for at in (thread.index()..100_009).step_by(3) {
                manifest.add_file(&name(at), Owner::route(at), Written::NEW).expect("room");
            }
        });
        let listing = manifest.close();
        assert!(listing.files.len() >= 2, "{:?}", listing.files);
        let sorted = (0..100_009).map(|at| format!("folder/{at:07}.json"));
        assert!(sorted.eq(names(&listing)));
        fs::remove_dir_all(&folder).expect("a folder to remove");
    }
}
