//! The sorted list of everything that a build made: all runs, merged as they are read.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};

use super::entry::Entry;
use super::run::{HEAD, Run, entry};

/// Everything that a build made, sorted by key.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(super) run: Run,
    pub(super) files: Vec<PathBuf>,
}

impl Listing {
    /// All entries, in order.
    pub(crate) fn entries(&self) -> Result<Entries<'_>> {
        let in_memory = self.run.starts.iter().map(|&start| Ok(self.run.entry_at(start)));
        let mut entries = Entries { sources: vec![Box::new(in_memory)], next: BinaryHeap::new() };
        for file in &self.files {
            let open = || Ok::<_, std::io::Error>(BufReader::new(File::open(file)?));
            let mut reader = open().with_context(|| format!("cannot read {}", file.display()))?;
            entries.sources.push(Box::new(std::iter::from_fn(move || read(&mut reader))));
        }
        if entries.sources.len() > 1 {
            (0..entries.sources.len()).try_for_each(|source| entries.advance(source))?;
        }
        Ok(entries)
    }

    /// The entries that are files.
    pub(crate) fn files(&self) -> Result<impl Iterator<Item = Result<Entry<'_>>>> {
        let is_file =
            |entry: &Result<Entry<'_>>| entry.as_ref().map_or(true, |entry| entry.kind.is_file());
        Ok(self.entries()?.filter(is_file))
    }
}

type Source<'a> = Box<dyn Iterator<Item = Result<Entry<'a>>> + 'a>;

/// The entries of all runs, merged.
pub(crate) struct Entries<'a> {
    sources: Vec<Source<'a>>,
    /// The first entry of each source, if there are several.
    next: BinaryHeap<First<'a>>,
}

impl Entries<'_> {
    fn advance(&mut self, source: usize) -> Result<()> {
        if let Some(entry) = self.sources[source].next() {
            self.next.push(First { entry: entry?, source });
        }
        Ok(())
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<Entry<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if let [only] = &mut *self.sources {
            return only.next();
        }
        let mut first = self.next.peek_mut()?;
        // The next entry of a source takes the place of its first one, which needs one search for its place instead of two.
        match self.sources[first.source].next() {
            Some(Ok(next)) => Some(Ok(std::mem::replace(&mut first.entry, next))),
            Some(Err(error)) => Some(Err(error)),
            None => Some(Ok(PeekMut::pop(first).entry)),
        }
    }
}

/// The first entry of a source. The order is reversed for the heap: the greatest one has the first key.
#[derive(Debug, PartialEq, Eq)]
struct First<'a> {
    entry: Entry<'a>,
    source: usize,
}

impl Ord for First<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        // Ties do not depend on threads.
        let by = |first: &First<'_>| (first.entry.owner, first.entry.kind.0);
        other.entry.key.cmp(&self.entry.key).then_with(|| by(other).cmp(&by(self)))
    }
}

impl PartialOrd for First<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The next entry of a run on disk.
fn read<'a>(reader: &mut BufReader<File>) -> Option<Result<Entry<'a>>> {
    let mut head = [0; HEAD];
    match reader.read_exact(&mut head) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return None,
        Err(error) => return Some(Err(broken(error))),
        Ok(()) => {}
    }
    let mut key = vec![0; usize::from(u16::from_le_bytes([head[HEAD - 2], head[HEAD - 1]]))];
    let read = reader.read_exact(&mut key);
    Some(read.map(|()| entry(&head, key.into())).map_err(broken))
}

fn broken(error: std::io::Error) -> anyhow::Error {
    anyhow!(error).context("cannot read the list of what was made")
}
