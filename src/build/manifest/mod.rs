//! All that a build makes, each page's path and file, sorted; in memory while it is small and on disk where it is not.
//!
//! A list that grows with the site is the one thing that a build cannot do without: it tells collisions, what the
//! build before wrote and this one did not, and becomes kiln's record. So it is kept as an external sort
//! keeps its input: in runs, each sorted, which are merged whenever the whole is read.
pub(crate) mod addresses;

pub(crate) mod collisions;
pub(crate) mod given;

pub(crate) mod digest;
pub(crate) mod key;

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, anyhow};
use rayon::slice::ParallelSliceMut;

use super::dist::{Slot, Written};
use super::manifest::digest::Digest;

/// How many bytes of a run are kept in memory before they are sorted and written: those of some 100,000 names.
const RUN_BYTES: usize = 4 << 20;

/// Who makes a file: the index of a route in the table, or one of the constants; and which page of the route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Owner {
    source: u32,
    /// The index of the page in what `static_paths` gives; 0 where there is no such list.
    item: u32,
}

impl Owner {
    /// A file of `public/`.
    pub(crate) const PUBLIC: Owner = Owner { source: u32::MAX, item: 0 };
    /// A file that kiln makes of all pages, such as the list of redirects.
    pub(crate) const KILN: Owner = Owner { source: u32::MAX - 1, item: 0 };
    /// What lies in the out folder and was not written by kiln.
    pub(crate) const FOREIGN: Owner = Owner { source: u32::MAX - 2, item: 0 };
    /// A name that a host keeps for itself.
    pub(crate) const HOST: Owner = Owner { source: u32::MAX - 3, item: 0 };

    pub(crate) fn route(index: usize) -> Self {
        Owner { source: u32::try_from(index).unwrap_or(u32::MAX - 4), item: 0 }
    }

    /// A page of a route, by its index in what `static_paths` gives.
    pub(crate) fn page(route_index: usize, item: u32) -> Self {
        Owner { item, ..Owner::route(route_index) }
    }

    pub(crate) fn item(self) -> u32 {
        self.item
    }

    /// The index of the route; `None` where it is no page.
    pub(crate) fn route_index(self) -> Option<usize> {
        (self < Owner::HOST).then_some(self.source as usize)
    }
}

/// What a name stands for, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claim(u8);

impl Claim {
    /// A file below the out folder.
    const FILE: u8 = 1;
    /// The path of a page, without the slash at its head.
    const PATH: u8 = 2;
    /// The file is that of the path with `index.html` behind it.
    const INDEX: u8 = 4;
    /// The file is that of the path with `.html` behind it.
    const HTML: u8 = 8;
    /// The out folder has the file, with the same bytes.
    const UNCHANGED: u8 = 16;
    /// The out folder has the file, with other bytes.
    const CHANGED: u8 = 32;
    /// The file is a compressed variant of another.
    const VARIANT: u8 = 64;
    /// An address at which hosts find a file of another name.
    const ADDRESS: u8 = 128;

    /// What was written as [`Claim::bits`]; `None` where it was not.
    pub(crate) fn from_bits(bits: u8) -> Option<Self> {
        let claim = Claim(bits);
        let is_claim = claim.is_file() || claim.is_path() || claim.is_address();
        (is_claim && !claim.is_there()).then_some(claim)
    }

    /// What the name stands for, whatever the out folder has.
    pub(crate) fn bits(self) -> u8 {
        self.0 & !(Claim::UNCHANGED | Claim::CHANGED)
    }

    pub(crate) fn is_file(self) -> bool {
        self.0 & Claim::FILE != 0
    }

    pub(crate) fn is_path(self) -> bool {
        self.0 & Claim::PATH != 0
    }

    /// Whether it is an address at which hosts find a file that has another name, and whose page has another path.
    pub(crate) fn is_address(self) -> bool {
        self.0 & Claim::ADDRESS != 0
    }

    /// Whether it is a compressed variant of the file whose name is this one without its last extension.
    pub(crate) fn is_variant(self) -> bool {
        self.0 & Claim::VARIANT != 0
    }

    /// Whether the out folder has a file of that name.
    pub(crate) fn is_there(self) -> bool {
        self.0 & (Claim::UNCHANGED | Claim::CHANGED) != 0
    }

    /// Whether that has the same bytes, too.
    pub(crate) fn is_unchanged(self) -> bool {
        self.0 & Claim::UNCHANGED != 0
    }
}

impl Written {
    /// What the out folder has, as bits of a [`Claim`]; and where the new bytes are.
    fn bits(self) -> (u8, Slot, Digest) {
        match self {
            Written::New(slot, digest) => (0, slot, digest),
            Written::Changed(slot, digest) => (Claim::CHANGED, slot, digest),
            Written::Unchanged(digest) => (Claim::UNCHANGED, Slot::default(), digest),
        }
    }
}

/// A name, what it stands for, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: Vec<u8>,
    pub(crate) claim: Claim,
    pub(crate) owner: Owner,
    /// Where the new bytes are, for a file that the out folder does not have.
    pub(crate) slot: Slot,
    /// Of the bytes of the file.
    pub(crate) digest: Digest,
}

impl Entry {
    /// A file that is not made by this build.
    pub(crate) fn not_made(name: &str, owner: Owner) -> Self {
        let (slot, digest) = (Slot::default(), Digest::default());
        Entry { key: key::of(name), claim: Claim(Claim::FILE), owner, slot, digest }
    }

    /// The name of the file, or of the path.
    pub(crate) fn name(&self) -> String {
        key::name(&self.key)
    }

    /// The path of the page, without the slash at its head.
    pub(crate) fn path(&self) -> String {
        let name = self.name();
        let path = match self.claim.0 {
            claim if claim & Claim::INDEX != 0 => name.strip_suffix("index.html"),
            claim if claim & Claim::HTML != 0 => name.strip_suffix(".html"),
            _ => None,
        };
        path.unwrap_or(&name).trim_end_matches('/').to_owned()
    }
}

/// Takes what a build makes, from any thread.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// Where runs are written, once there is one.
    folder: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    run: Run,
    /// How many runs are on disk.
    written: usize,
    /// Whether one could not be written. The build fails then, and what comes after it is of no interest.
    is_broken: bool,
}

impl Manifest {
    /// An empty one, which writes files in a folder where it gets large.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Manifest { folder, state: Mutex::default() }
    }

    /// Adds a page: its path, and its file where it makes one.
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
                state.run.push(path, Claim::FILE | Claim::PATH | written, owner, place);
            }
            Some(file) => {
                let folder =
                    file.strip_suffix("index.html").map(|folder| folder.trim_end_matches('/'));
                let form = if folder == Some(path) { Claim::INDEX } else { Claim::HTML };
                state.run.push(file, Claim::FILE | form | written, owner, place);
                state.run.push(path, Claim::PATH, owner, place);
            }
            None => state.run.push(path, Claim::PATH, owner, place),
        }
        let address = file.map(addresses::address);
        if let Some(address) = address.filter(|address| *address != path && Some(*address) != file)
        {
            state.run.push(address, Claim::ADDRESS, owner, place);
        }
        self.spill(state)
    }

    /// Adds a file that is no page, and is at a path all the same.
    pub(crate) fn add_file(&self, file: &str, owner: Owner, written: Written) -> Result<()> {
        self.add_page(file, Some(file), owner, written)
    }

    /// Adds a compressed variant of a file, whoever makes that.
    pub(crate) fn add_variant(&self, name: &str, owner: Owner, written: Written) -> Result<()> {
        self.add(name, Claim(Claim::FILE | Claim::VARIANT), owner, written)
    }

    /// Adds a name of which is known what it stands for.
    pub(crate) fn add(
        &self,
        name: &str,
        claim: Claim,
        owner: Owner,
        written: Written,
    ) -> Result<()> {
        let (bits, slot, digest) = written.bits();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.run.push(name, claim.0 | bits, owner, (slot, digest));
        self.spill(state)
    }

    /// Writes the run to disk where it has become large. The others wait: a second run in memory would cost more.
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

    /// Takes a list back, so that more can be added to it.
    pub(crate) fn reopen(&self, listing: Listing) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).run = listing.run;
    }

    /// Sorts what was added. Nothing may be added after it, unless the list is taken back.
    pub(crate) fn close(&self) -> Listing {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut run = std::mem::take(&mut state.run);
        run.sort_in_parallel();
        let files = (0..state.written).map(|at| run_file(&self.folder, at)).collect();
        Listing { run, files }
    }
}

fn run_file(folder: &Path, at: usize) -> PathBuf {
    folder.join(format!("names-{at}"))
}

/// Entries one behind the other, and where each of them starts.
///
/// An entry is its claim, its owner, its slot, its digest, the length of its key, and the key.
#[derive(Debug, Default)]
struct Run {
    bytes: Vec<u8>,
    starts: Vec<usize>,
}

/// The bytes of an entry before its key.
const HEAD: usize = 31;

impl Run {
    fn push(&mut self, name: &str, claim: u8, owner: Owner, (slot, digest): (Slot, Digest)) {
        let start = self.bytes.len();
        self.starts.push(start);
        self.bytes.push(claim);
        self.bytes.extend(owner.source.to_le_bytes());
        self.bytes.extend(owner.item.to_le_bytes());
        self.bytes.extend(slot.0.to_le_bytes());
        self.bytes.extend(digest.length.to_le_bytes());
        self.bytes.extend(digest.hash.to_le_bytes());
        self.bytes.extend([0, 0]);
        key::push(&mut self.bytes, name);
        // Paths have at most 1,024 bytes, names of public/ what the system takes.
        let length = u16::try_from(self.bytes.len() - start - HEAD).unwrap_or(u16::MAX);
        self.bytes[start + HEAD - 2..start + HEAD].copy_from_slice(&length.to_le_bytes());
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.starts.clear();
    }

    fn key_at(bytes: &[u8], start: usize) -> &[u8] {
        let length =
            usize::from(u16::from_le_bytes([bytes[start + HEAD - 2], bytes[start + HEAD - 1]]));
        &bytes[start + HEAD..start + HEAD + length]
    }

    fn entry_at(&self, start: usize) -> Entry {
        let head: [u8; HEAD] = std::array::from_fn(|at| self.bytes[start + at]);
        entry(head, Run::key_at(&self.bytes, start).to_vec())
    }

    fn order(bytes: &[u8], a: usize, b: usize) -> Ordering {
        Run::key_at(bytes, a).cmp(Run::key_at(bytes, b))
    }

    fn sort(&mut self) {
        let bytes = &self.bytes;
        self.starts.sort_unstable_by(|&a, &b| Run::order(bytes, a, b));
    }

    /// Names come nearly sorted, which this sort makes use of.
    fn sort_in_parallel(&mut self) {
        let bytes = &self.bytes;
        self.starts.par_sort_by(|&a, &b| Run::order(bytes, a, b));
    }

    fn write(&self, path: &Path) -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create_new(path)?);
        for &start in &self.starts {
            let length = HEAD + Run::key_at(&self.bytes, start).len();
            file.write_all(&self.bytes[start..start + length])?;
        }
        file.flush()
    }
}

fn entry(head: [u8; HEAD], key: Vec<u8>) -> Entry {
    let number = |at: usize| u32::from_le_bytes(std::array::from_fn(|byte| head[at + byte]));
    let long = |at: usize| u64::from_le_bytes(std::array::from_fn(|byte| head[at + byte]));
    let owner = Owner { source: number(1), item: number(5) };
    let digest = Digest { length: long(13), hash: long(21) };
    Entry { key, claim: Claim(head[0]), owner, slot: Slot(number(9)), digest }
}

/// All that a build made, sorted by key.
#[derive(Debug)]
pub(crate) struct Listing {
    run: Run,
    files: Vec<PathBuf>,
}

impl Listing {
    /// The entries from the first to the last.
    pub(crate) fn entries(&self) -> Result<Entries<'_>> {
        let in_memory = self.run.starts.iter().map(|&start| Ok(self.run.entry_at(start)));
        let mut entries = Entries { sources: vec![Box::new(in_memory)], next: BinaryHeap::new() };
        for file in &self.files {
            let open = || Ok::<_, std::io::Error>(BufReader::new(File::open(file)?));
            let reader = open().with_context(|| format!("cannot read {}", file.display()))?;
            entries.sources.push(Box::new(FileEntries { reader }));
        }
        if entries.sources.len() > 1 {
            (0..entries.sources.len()).try_for_each(|source| entries.advance(source))?;
        }
        Ok(entries)
    }

    /// The entries that are files.
    pub(crate) fn files(&self) -> Result<impl Iterator<Item = Result<Entry>>> {
        let is_file =
            |entry: &Result<Entry>| entry.as_ref().map_or(true, |entry| entry.claim.is_file());
        Ok(self.entries()?.filter(is_file))
    }
}

type Source<'a> = Box<dyn Iterator<Item = Result<Entry>> + 'a>;

/// The entries of all runs, merged.
pub(crate) struct Entries<'a> {
    sources: Vec<Source<'a>>,
    /// The first entry of each source, where there are several.
    next: BinaryHeap<First>,
}

impl Entries<'_> {
    fn advance(&mut self, source: usize) -> Result<()> {
        if let Some(entry) = self.sources[source].next() {
            self.next.push(First { entry: entry?, source });
        }
        Ok(())
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        if let [only] = &mut *self.sources {
            return only.next();
        }
        let First { entry, source } = self.next.pop()?;
        Some(self.advance(source).map(|()| entry))
    }
}

/// The first entry of a source. The greatest of them, for the heap, is the first by key.
#[derive(Debug, PartialEq, Eq)]
struct First {
    entry: Entry,
    source: usize,
}

impl Ord for First {
    fn cmp(&self, other: &Self) -> Ordering {
        // Who makes what is told alike whichever thread came first.
        let by = |first: &First| (first.entry.owner, first.entry.claim.0);
        other.entry.key.cmp(&self.entry.key).then_with(|| by(other).cmp(&by(self)))
    }
}

impl PartialOrd for First {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The entries of a run on disk.
#[derive(Debug)]
struct FileEntries {
    reader: BufReader<File>,
}

impl Iterator for FileEntries {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut head = [0; HEAD];
        match self.reader.read_exact(&mut head) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return None,
            Err(error) => return Some(Err(broken(error))),
            Ok(()) => {}
        }
        let mut key = vec![0; usize::from(u16::from_le_bytes([head[HEAD - 2], head[HEAD - 1]]))];
        let read = self.reader.read_exact(&mut key);
        Some(read.map(|()| entry(head, key)).map_err(broken))
    }
}

fn broken(error: std::io::Error) -> anyhow::Error {
    anyhow!(error).context("cannot read the list of what was made")
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;

    fn names(listing: &Listing) -> Vec<String> {
        listing.entries().expect("a list").map(|entry| entry.expect("an entry").name()).collect()
    }

    #[test]
    fn what_was_added_comes_back_sorted() {
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
        let files: Vec<Entry> =
            listing.files().expect("a list").map(|entry| entry.expect("an entry")).collect();
        for (at, (.., name, path)) in table.into_iter().enumerate() {
            let entry = files.iter().find(|entry| entry.name() == name).expect(name);
            assert_eq!(entry.path(), path);
            assert_eq!(entry.owner.route_index(), Some(at));
            assert_eq!(entry.claim.is_unchanged(), at == 1, "{name}");
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
