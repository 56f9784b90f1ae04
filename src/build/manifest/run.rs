//! A run of an external sort: entries as bytes, in memory or in a file.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::entry::{Entry, NameKind, Owner};
use super::key;
use crate::assets::digest::Digest;
use crate::build::dist::written::Slot;
use crate::build::parallel;
use crate::text::sorted::sort_indexes;

pub(super) fn run_file(folder: &Path, at: usize) -> PathBuf {
    folder.join(format!("names-{at}"))
}

/// The entries, one after the other, and the start of each.
///
/// An entry consists of its kind, its owner, its slot, its digest, the length of its key, and the key.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) bytes: Vec<u8>,
    pub(super) starts: Vec<usize>,
}

/// The bytes of an entry before its key.
pub(super) const HEAD: usize = 31;

/// The entries that are worth a second thread.
const MANY: usize = 1 << 15;

impl Run {
    pub(super) fn push(
        &mut self,
        name: &str,
        kind: u8,
        owner: Owner,
        (slot, digest): (Slot, Digest),
    ) {
        let start = self.bytes.len();
        self.starts.push(start);
        let mut head = [kind; HEAD];
        head[1..5].copy_from_slice(&owner.source.to_le_bytes());
        head[5..9].copy_from_slice(&owner.item.to_le_bytes());
        head[9..13].copy_from_slice(&slot.0.to_le_bytes());
        head[13..21].copy_from_slice(&digest.length.to_le_bytes());
        head[21..29].copy_from_slice(&digest.hash.to_le_bytes());
        self.bytes.extend_from_slice(&head);
        key::push(&mut self.bytes, name);
        // Paths have at most 1,024 bytes, and names of public/ what the system allows.
        let length = u16::try_from(self.bytes.len() - start - HEAD).unwrap_or(u16::MAX);
        self.bytes[start + HEAD - 2..start + HEAD].copy_from_slice(&length.to_le_bytes());
    }

    /// Appends the entries of another run.
    pub(super) fn append(&mut self, other: Run) {
        if self.bytes.is_empty() {
            *self = other;
            return;
        }
        let start = self.bytes.len();
        self.starts.extend(other.starts.iter().map(|at| start + at));
        self.bytes.extend_from_slice(&other.bytes);
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.starts.clear();
    }

    fn key_at(bytes: &[u8], start: usize) -> &[u8] {
        let length =
            usize::from(u16::from_le_bytes([bytes[start + HEAD - 2], bytes[start + HEAD - 1]]));
        &bytes[start + HEAD..start + HEAD + length]
    }

    pub(super) fn entry_at(&self, start: usize) -> Entry<'_> {
        entry(&self.bytes[start..start + HEAD], Run::key_at(&self.bytes, start).into())
    }

    fn order(bytes: &[u8], a: usize, b: usize) -> Ordering {
        Run::key_at(bytes, a).cmp(Run::key_at(bytes, b))
    }

    pub(super) fn sort(&mut self) {
        let bytes = &self.bytes;
        sort_indexes(&mut self.starts, &|a, b| Run::order(bytes, a, b));
    }

    /// Sorts on several threads if there are many entries.
    pub(super) fn sort_in_parallel(&mut self) {
        let bytes = &self.bytes;
        sort_in_parallel(&mut self.starts, &|a, b| Run::order(bytes, a, b));
    }

    pub(super) fn write(&self, path: &Path) -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create_new(path)?);
        for &start in &self.starts {
            let length = HEAD + Run::key_at(&self.bytes, start).len();
            file.write_all(&self.bytes[start..start + length])?;
        }
        file.flush()
    }
}

/// Names arrive nearly sorted, and sorted halves are quickly merged: the standard library's sort exploits both.
fn sort_in_parallel(starts: &mut [usize], compare: &(dyn Fn(usize, usize) -> Ordering + Sync)) {
    if starts.len() > MANY {
        let (first, second) = starts.split_at_mut(starts.len() / 2);
        parallel::join(|| sort_in_parallel(first, compare), || sort_in_parallel(second, compare));
    }
    sort_indexes(starts, compare);
}

/// An entry from the bytes before its key, which are copied as numbers and not one by one: every list of names is read so.
pub(super) fn entry<'a>(head: &[u8], key: Cow<'a, [u8]>) -> Entry<'a> {
    let number = |at: usize| head[at..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
    let long = |at: usize| head[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let owner = Owner { source: number(1), item: number(5) };
    let digest = Digest { length: long(13), hash: long(21) };
    Entry { key, kind: NameKind(head[0]), owner, slot: Slot(number(9)), digest }
}
