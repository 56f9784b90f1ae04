//! kiln's record of the files that it wrote into a folder: a line for each file, sorted by key, with its name, a tab
//! and its digest.

use std::cmp::Ordering;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::assets::digest::Digest;
use crate::build::manifest::key;
use crate::build::manifest::{Entry, Listing};
use crate::build::output::windows_names;

pub(super) use super::own_files::RECORD as FILE;

/// Starts the last line, before the number of names; no name has this form. A record without it is truncated, for
/// example after a power failure.
const END: &str = "./";

/// Returns true if and only if the record of a folder is complete.
pub(super) fn is_whole(out: &Path) -> Result<bool> {
    let look = || -> std::io::Result<bool> {
        let mut file = File::open(out.join(FILE))?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(64)))?;
        let mut end = Vec::new();
        file.read_to_end(&mut end)?;
        Ok(has_end(&end))
    };
    look().with_context(|| format!("cannot read {}/{FILE}", out.display()))
}

/// Returns true if and only if the bytes of a record have its end.
pub(super) fn has_end(bytes: &[u8]) -> bool {
    let Some(lines) = bytes.strip_suffix(b"\n") else { return false };
    lines.rsplit(|byte| *byte == b'\n').next().is_some_and(|line| line.starts_with(END.as_bytes()))
}

/// The files of version control systems at the top of a folder, and the names of the systems.
pub(super) const VERSION_CONTROL: [(&str, &str); 4] =
    [(".git", "Git"), (".hg", "Mercurial"), (".jj", "Jujutsu"), (".svn", "Subversion")];

/// Returns true if and only if no page and no file of `public/` may have this name in the out folder.
pub(crate) fn is_reserved(name: &str) -> bool {
    reserved_for(name).is_some()
}

/// The program that reserves a name in the out folder.
pub(crate) fn reserved_for(name: &str) -> Option<&'static str> {
    // Nearly all names return here.
    if !name.starts_with('.') {
        return None;
    }
    let first = name.split('/').next().unwrap_or_default();
    if first.get(..5).is_some_and(|head| head.eq_ignore_ascii_case(".kiln")) {
        return Some("kiln");
    }
    let mut systems = VERSION_CONTROL.iter();
    systems.find(|(name, _)| first.eq_ignore_ascii_case(name)).map(|(_, system)| *system)
}

/// A file in a record.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Recorded {
    pub(super) key: Vec<u8>,
    /// `None` if the record was written by an earlier version of kiln.
    pub(super) digest: Option<Digest>,
}

/// The files of a record.
#[derive(Debug)]
pub(super) struct Record<R = BufReader<File>> {
    lines: Option<R>,
    /// The current line.
    line: Vec<u8>,
    /// The key of the previous file.
    last: Vec<u8>,
}

#[cfg(feature = "server")]
impl<'a> Record<&'a [u8]> {
    /// Reads a record in memory.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Record { lines: Some(bytes), line: Vec::new(), last: Vec::new() }
    }
}

impl Record {
    /// Reads the record of a folder; it is empty if there is none.
    pub(super) fn read(out: &Path) -> Result<Self> {
        let lines = match File::open(out.join(FILE)) {
            Ok(file) => Some(BufReader::new(file)),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}/{FILE}", out.display()));
            }
        };
        Ok(Record { lines, line: Vec::new(), last: Vec::new() })
    }

    fn peekable_lines(self) -> PeekableRecord {
        PeekableRecord { record: self, peeked: None }
    }
}

/// The files of a record, of which the next one can be seen in advance.
struct PeekableRecord {
    record: Record,
    peeked: Option<Result<Recorded>>,
}

impl PeekableRecord {
    fn peek(&mut self) -> Option<&Result<Recorded>> {
        if self.peeked.is_none() {
            self.peeked = self.record.next();
        }
        self.peeked.as_ref()
    }

    fn next(&mut self) -> Option<Result<Recorded>> {
        self.peeked.take().or_else(|| self.record.next())
    }

    /// Takes the next line if it is this one. Most lines are the same as in the build before, and need not be parsed. Returns false
    /// if it is another one, or is not in memory as a whole.
    fn take(&mut self, line: &[u8], key: &[u8]) -> bool {
        let Some(lines) = self.record.lines.as_mut().filter(|_| self.peeked.is_none()) else {
            return false;
        };
        let is_next = lines.fill_buf().is_ok_and(|next| next.starts_with(line));
        if is_next && *key > *self.record.last {
            lines.consume(line.len());
            self.record.last.clear();
            self.record.last.extend_from_slice(key);
            return true;
        }
        false
    }
}

/// kiln did not write lines that are not valid names or not in order, and the files in them are not kiln's. Before a
/// file is removed because of a line, see [`removable`].
impl<R: BufRead> Iterator for Record<R> {
    type Item = Result<Recorded>;

    fn next(&mut self) -> Option<Self::Item> {
        let lines = self.lines.as_mut()?;
        loop {
            self.line.clear();
            match lines.read_until(b'\n', &mut self.line) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) => return Some(Err(error).context("cannot read kiln's record")),
            }
            let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
            let Ok(line) = std::str::from_utf8(line) else { continue };
            let (name, digest) = line.split_once('\t').unwrap_or((line, ""));
            if check_name(name).is_err() {
                continue;
            }
            let key = key::of(name);
            if key > self.last {
                self.last.clone_from(&key);
                return Some(Ok(Recorded { key, digest: Digest::parse(digest) }));
            }
        }
    }
}

/// Writes the record of all files that were made, and returns their number.
pub(super) fn write(folder: &Path, listing: &Listing) -> Result<usize> {
    let path = folder.join(FILE);
    let write = || -> Result<usize> {
        let mut file = BufWriter::new(File::create(&path)?);
        let (mut count, mut line) = (0, Vec::new());
        for entry in listing.files()? {
            let entry = entry?;
            line.clear();
            push_line(&mut line, &entry);
            file.write_all(&line)?;
            count += 1;
        }
        writeln!(file, "{END}{count}")?;
        file.flush()?;
        Ok(count)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Appends the line of a file.
fn push_line(line: &mut Vec<u8>, entry: &Entry<'_>) {
    key::push_name(line, &entry.key);
    line.push(b'\t');
    entry.digest.push(line);
    line.push(b'\n');
}

/// The name of a file that may be removed because it is in the record; `None` for a name that kiln never writes: it may
/// have been added to the record to remove a file elsewhere.
pub(super) fn removable(key: &[u8]) -> Option<String> {
    let name = key::name(key);
    (check_name(&name).is_ok() && !is_reserved(&name)).then_some(name)
}

/// A file of the previous build: its key, its name, and its digest if the record has it.
pub(crate) type Earlier = (Vec<u8>, String, Option<Digest>);

/// The files of the previous build, in order; none if there is no record.
///
/// # Errors
///
/// Fails if the record cannot be read.
pub(crate) fn earlier(out: &Path) -> Result<impl Iterator<Item = Result<Earlier>> + use<>> {
    let named = |Recorded { key, digest }| removable(&key).map(|name| (key, name, digest));
    Ok(Record::read(out)?.filter_map(move |recorded| recorded.map(named).transpose()))
}

/// A file of this build, of the previous one, or of both.
#[derive(Debug)]
pub(super) enum Either<'a> {
    Item(Entry<'a>),
    /// In both, with the digest in the record.
    Both(Entry<'a>, Option<Digest>),
    /// The name of a recorded file that was not made.
    Recorded(String),
}

/// Both lists, merged.
pub(super) fn merged<'a>(
    listing: &'a Listing,
    out: &Path,
) -> Result<impl Iterator<Item = Result<Either<'a>>> + 'a> {
    let mut made = listing.files()?.peekable();
    let mut recorded = Record::read(out)?.peekable_lines();
    let mut line = Vec::new();
    let next = move || {
        if let Some(Ok(entry)) = made.peek() {
            line.clear();
            push_line(&mut line, entry);
            if recorded.take(&line, &entry.key) {
                let digest = Some(entry.digest);
                return made
                    .next()
                    .map(|entry| entry.map(|entry| Some(Either::Both(entry, digest))));
            }
        }
        let order = match (made.peek(), recorded.peek()) {
            (Some(Ok(entry)), Some(Ok(recorded))) => (*entry.key).cmp(&recorded.key),
            (Some(_), None) | (Some(Err(_)), _) => Ordering::Less,
            (None, Some(_)) | (_, Some(Err(_))) => Ordering::Greater,
            (None, None) => return None,
        };
        Some(match order {
            Ordering::Less => made.next()?.map(|entry| Some(Either::Item(entry))),
            Ordering::Greater => {
                recorded.next()?.map(|recorded| removable(&recorded.key).map(Either::Recorded))
            }
            Ordering::Equal => {
                let digest = recorded.next()?.ok().and_then(|recorded| recorded.digest);
                made.next()?.map(|entry| Some(Either::Both(entry, digest)))
            }
        })
    };
    Ok(std::iter::from_fn(next).filter_map(Result::transpose))
}

/// Fails if a name is not that of a file below a folder.
pub(crate) fn check_name(name: &str) -> Result<()> {
    if !is_usual(name) && (!is_plain(name) || has_control(name)) {
        bail!("{name:?} is not a file below the out folder");
    }
    if cfg!(windows) {
        if name.contains('\\') {
            bail!("{name:?} cannot be created on Windows, where `\\` separates folders");
        }
        if let Some(refusal) = windows_names::refusal(name) {
            bail!("{name:?} cannot be created on Windows, where {refusal}");
        }
    }
    Ok(())
}

/// Returns true for nearly all names: they are ASCII without control characters, and a dot or a slash only follows another
/// character.
fn is_usual(name: &str) -> bool {
    const OTHER: u8 = 1;
    const DOT: u8 = 2;
    const SLASH: u8 = 4;
    const KINDS: [u8; 256] = {
        let (mut kinds, mut byte) = ([OTHER; 256], b' ');
        while byte <= b'~' {
            kinds[byte as usize] = match byte {
                b'.' => DOT,
                b'/' => SLASH,
                _ => 0,
            };
            byte += 1;
        }
        kinds
    };
    // Whatever must not follow: a dot or a slash after a slash or at the start, and other bytes anywhere.
    let (mut unusual, mut refused) = (0, OTHER | DOT | SLASH);
    for byte in name.bytes() {
        let kind = KINDS[usize::from(byte)];
        unusual |= kind & refused;
        refused = if kind == SLASH { OTHER | DOT | SLASH } else { OTHER };
    }
    unusual == 0 && refused == OTHER
}

/// Returns true if and only if no component of a name is empty, `.` or `..`.
fn is_plain(name: &str) -> bool {
    let mut part = 0;
    let mut is_dots = true;
    for byte in name.bytes().chain([b'/']) {
        if byte == b'/' {
            if is_dots && part <= 2 {
                return false;
            }
            (part, is_dots) = (0, true);
        } else {
            is_dots &= byte == b'.';
            part += 1;
        }
    }
    true
}

fn has_control(name: &str) -> bool {
    match name.is_ascii() {
        true => name.bytes().fold(false, |so_far, byte| so_far | byte.is_ascii_control()),
        false => name.contains(char::is_control),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    use super::*;
    use crate::build::dist::Written;
    use crate::build::manifest::{Manifest, Owner};

    static COUNT: AtomicUsize = AtomicUsize::new(0);

    #[test]
    fn names_stay_below_the_folder() {
        for name in ["a", "a/b", "a b", "..a", "...", ".a/b.", ".well-known/x"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "/a", "..", "a/../b", "a//b", "./a", "a/.", "a/", "a\nb", "a\u{85}b"] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn kiln_and_version_control_reserve_names() {
        for name in [".kiln-files", ".kiln", ".KILN-new/x", ".kilnx"] {
            assert_eq!(reserved_for(name), Some("kiln"), "{name}");
        }
        for (name, system) in [(".git", "Git"), (".GIT/hooks/x", "Git"), (".hg/x", "Mercurial")] {
            assert_eq!(reserved_for(name), Some(system), "{name}");
        }
        for name in ["a/.kiln-files", "kiln", ".kil", ".well-known/x", ".gitignore", "a/.git"] {
            assert!(!is_reserved(name), "{name}");
        }
    }

    /// Checks how a list of files compares with the record of a build before.
    #[track_caller]
    fn merges(record: &str, expected: &[(&str, usize)]) {
        let id = COUNT.fetch_add(1, Relaxed);
        let folder = std::env::temp_dir().join(format!("kiln-record-{}-{id}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder to make");
        std::fs::write(folder.join(FILE), record).expect("a file to write");
        let manifest = Manifest::new(folder.clone());
        for name in names() {
            let written = Written::Unchanged(Digest::of(name.as_bytes()));
            manifest.add_file(&name, Owner::PUBLIC, written).expect("room");
        }
        let (listing, mut found) = (manifest.close(), BTreeMap::new());
        for either in merged(&listing, &folder).expect("a list") {
            let kind = match either.expect("a list") {
                Either::Item(_) => "new",
                Either::Both(entry, digest) if digest == Some(entry.digest) => "same",
                Either::Both(..) => "other",
                Either::Recorded(_) => "gone",
            };
            *found.entry(kind).or_insert(0) += 1;
        }
        std::fs::remove_dir_all(&folder).expect("a folder to remove");
        assert_eq!(found, expected.iter().copied().collect());
    }

    /// Enough names for a record that is read in several parts.
    fn names() -> Vec<String> {
        (0..2_000).map(|at| format!("folder {}/{at}.txt", at / 100)).collect()
    }

    #[test]
    fn a_list_is_compared_with_the_record_line_by_line() {
        let mut names = names();
        names.sort_by_key(|name| key::of(name));
        let line = |name: &String| format!("{name}\t{}\n", Digest::of(name.as_bytes()));
        let lines: Vec<String> = names.iter().map(line).collect();
        let all = lines.concat();
        merges(&format!("{all}./2000\n"), &[("same", 2_000)]);
        merges("", &[("new", 2_000)]);
        // A record of an earlier version of kiln, and one without its end.
        merges(
            &names.iter().flat_map(|name| [name, "\n"]).collect::<String>(),
            &[("other", 2_000)],
        );
        merges(all.trim_end(), &[("same", 2_000)]);
        let odd: String = lines.iter().step_by(2).map(String::as_str).collect();
        merges(&odd, &[("same", 1_000), ("new", 1_000)]);
        let more = lines.iter().map(|line| format!("{line}{}", line.replacen(".txt", ".txz", 1)));
        merges(&more.collect::<String>(), &[("same", 2_000), ("gone", 2_000)]);
        let changed = |at: usize, line: &String| match at % 10 {
            0 => line.replace('\t', "\t1"),
            _ => line.clone(),
        };
        let changed = lines.iter().enumerate().map(|(at, line)| changed(at, line));
        merges(&changed.collect::<String>(), &[("same", 1_800), ("other", 200)]);
        // Lines that kiln has not written: of another folder, repeated, and out of order.
        merges(&format!("../x\t1-0000000000000000\n{all}{all}"), &[("same", 2_000)]);
    }
}
