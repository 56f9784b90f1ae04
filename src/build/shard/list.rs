//! The list that lies in the folder of a shard: all that `merge` must know of what the shard made.
//!
//! It is text, a line for each thing: a head, what was listed in all shards together, then the entries of the
//! manifest in their order, the redirects, and an end without which it is cut short. Like the record it is written and
//! read as it goes, whatever its length.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context, Result};
use http::StatusCode;

use super::Shard;
use super::listed::Listed;
use crate::build::manifest::{Claim, Entry, Listing, Owner};
use crate::build::redirect::Redirect;

/// The name of the list, below the out folder.
pub(in crate::build) const FILE: &str = ".kiln-shard";

/// In bytes. No path is longer, nor is the name of any file that a system has.
const LONGEST_NAME: usize = 16 << 10;
/// In bytes: the last line is shorter.
const LONGEST_END: u64 = 64;

/// What a list says of its shard as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::build) struct Head {
    pub(in crate::build) shard: Shard,
    /// What the site was compiled from, and by which kiln.
    pub(in crate::build) fingerprint: String,
    /// What there is in all shards together: the pages of each route, and then the files of `public/`.
    pub(in crate::build) pages: Vec<Listed>,
}

/// Something that a shard made.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::build) enum Made {
    Named { name: String, claim: Claim, owner: Owner },
    Redirect(Redirect),
}

/// Writes a list.
pub(in crate::build) fn write(
    path: &Path,
    head: &Head,
    listing: &Listing,
    redirects: &[Redirect],
) -> Result<()> {
    let write = || -> Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        let Head { shard, fingerprint, pages } = head;
        let pages: Vec<String> = pages.iter().map(ToString::to_string).collect();
        writeln!(file, "shard {shard} {fingerprint}\npages {}", pages.join(" "))?;
        let mut count = redirects.len();
        for entry in listing.entries()? {
            let entry = entry?;
            writeln!(file, "{} {} {}", entry.claim.bits(), owner_text(&entry), entry.name())?;
            count += 1;
        }
        for (from, to, status) in redirects {
            writeln!(file, "> {} {from} {to}", status.as_u16())?;
        }
        writeln!(file, "end {count}")?;
        Ok(file.flush()?)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

fn owner_text(entry: &Entry) -> String {
    match entry.owner.route_index() {
        Some(index) => index.to_string(),
        None if entry.owner == Owner::PUBLIC => "public".into(),
        None => "kiln".into(),
    }
}

/// A list that is read from the first line to the last.
#[derive(Debug)]
pub(in crate::build) struct List {
    pub(in crate::build) head: Head,
    /// How many things are still to come.
    pub(in crate::build) left: usize,
    lines: BufReader<File>,
}

impl List {
    /// Reads the head of a list; `None` where the list is damaged.
    pub(in crate::build) fn open(mut file: File) -> Option<Self> {
        let left = count(&mut file)?;
        let mut lines = BufReader::new(file);
        let head = head(&line(&mut lines)?, &line(&mut lines)?)?;
        Some(List { head, left, lines })
    }
}

/// What the shard made; `None` where the list is damaged.
impl Iterator for List {
    type Item = Option<Made>;

    fn next(&mut self) -> Option<Option<Made>> {
        self.left = self.left.checked_sub(1)?;
        let routes = self.head.pages.len() - 1;
        let made = line(&mut self.lines).and_then(|line| made(&line, routes));
        if made.is_none() {
            self.left = 0;
        }
        Some(made)
    }
}

/// How many things a list holds, by its last line.
fn count(file: &mut File) -> Option<usize> {
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LONGEST_END))).ok()?;
    let mut end = Vec::new();
    file.take(LONGEST_END).read_to_end(&mut end).ok()?;
    file.rewind().ok()?;
    let end = end.strip_suffix(b"\n")?;
    let last = end.rsplit(|byte| *byte == b'\n').next()?;
    std::str::from_utf8(last).ok()?.strip_prefix("end ")?.parse().ok()
}

fn head(first: &str, second: &str) -> Option<Head> {
    let (shard, fingerprint) = first.strip_prefix("shard ")?.split_once(' ')?;
    let pages = second.strip_prefix("pages ")?.split(' ').map(Listed::read);
    Some(Head {
        shard: shard.parse().ok()?,
        fingerprint: fingerprint.into(),
        pages: pages.collect::<Option<_>>()?,
    })
}

/// The next line, without its end.
fn line(lines: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    lines.read_line(&mut line).ok()?;
    line.strip_suffix('\n').map(str::to_owned)
}

fn made(line: &str, routes: usize) -> Option<Made> {
    if let Some(redirect) = line.strip_prefix("> ") {
        // What is left is the target, whatever is in it.
        let mut parts = redirect.splitn(3, ' ');
        let status = StatusCode::from_bytes(parts.next()?.as_bytes()).ok()?;
        return Some(Made::Redirect((parts.next()?.into(), parts.next()?.into(), status)));
    }
    let mut parts = line.splitn(3, ' ');
    let claim = Claim::from_bits(parts.next()?.parse().ok()?)?;
    let owner = match parts.next()? {
        "public" => Owner::PUBLIC,
        "kiln" => Owner::KILN,
        index => Owner::route(index.parse().ok().filter(|index| *index < routes)?),
    };
    let name = parts.next()?.to_owned();
    let is_name = name.len() <= LONGEST_NAME && !name.contains(char::is_control);
    is_name.then_some(Made::Named { name, claim, owner })
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;
    use std::path::PathBuf;

    use crate::build::manifest::Manifest;
    use crate::build::write::Written;

    /// Writes a text where a list is, and reads it.
    fn read(name: &str, text: &str) -> Option<Vec<Made>> {
        let path = std::env::temp_dir().join(format!("kiln-{}-{name}", std::process::id()));
        fs::write(&path, text).expect("a file to write");
        let list = List::open(File::open(&path).expect("a file to read"));
        fs::remove_file(&path).expect("a file to remove");
        list?.collect()
    }

    #[test]
    fn what_was_written_is_read() {
        let manifest = Manifest::new(PathBuf::new());
        manifest
            .add_page("a b", Some("a b/index.html"), Owner::route(1), Written::Unchanged)
            .expect("memory");
        manifest.add_page("", Some("index.html"), Owner::route(0), Written::NEW).expect("memory");
        manifest.add_page("gone", None, Owner::route(2), Written::NEW).expect("memory");
        manifest.add_file("\u{c9}.txt", Owner::PUBLIC, Written::NEW).expect("memory");
        manifest.add_file("redirects.json", Owner::KILN, Written::NEW).expect("memory");
        let redirects = [
            ("/a".to_owned(), " a target\twith blanks ".to_owned(), StatusCode::FOUND),
            ("/b".to_owned(), String::new(), StatusCode::PERMANENT_REDIRECT),
        ];
        let head = Head {
            shard: Shard::new(2, 3).expect("a shard"),
            fingerprint: "a fingerprint".into(),
            pages: ["1:a", "2:b", "3:c", "4:d"].map(|text| Listed::read(text).expect(text)).into(),
        };
        let path = std::env::temp_dir().join(format!("kiln-list-{}", std::process::id()));
        let listing = manifest.close();
        write(&path, &head, &listing, &redirects).expect("a list to write");
        let list = List::open(File::open(&path).expect("a list")).expect("a whole list");
        fs::remove_file(&path).expect("a list to remove");
        assert_eq!(list.head, head);
        let made: Vec<Made> = list.map(|made| made.expect("a whole list")).collect();
        let mut expected: Vec<Made> = listing
            .entries()
            .expect("entries")
            .map(|entry| {
                let entry = entry.expect("an entry");
                let claim = Claim::from_bits(entry.claim.bits()).expect("a claim");
                Made::Named { name: entry.name(), claim, owner: entry.owner }
            })
            .collect();
        expected.extend(redirects.map(Made::Redirect));
        assert_eq!(made, expected);
    }

    #[test]
    fn a_list_that_is_damaged_is_refused() {
        let whole = "shard 1/2 x\npages 1:a 1:b\n3 0 a\n> 301 /a /b\nend 2\n";
        assert_eq!(read("whole", whole).map(|made| made.len()), Some(2));
        for (at, (from, to)) in [
            ("end 2\n", ""),
            ("end 2\n", "end 2"),
            ("end 2", "end 3"),
            ("end 2", "end x"),
            ("shard 1/2", "shard 3/2"),
            ("shard 1/2 x", "shard 1/2"),
            ("pages 1:a", "pages 1:x"),
            ("pages 1:a", "pages 1"),
            ("pages", "sides"),
            ("3 0 a", "0 0 a"),
            ("3 0 a", "16 0 a"),
            ("3 0 a", "19 0 a"),
            ("3 0 a", "3 1 a"),
            ("3 0 a", "3 x a"),
            ("3 0 a", "3 0 a\u{1}b"),
            ("3 0 a", "3 0"),
            ("> 301 /a /b", "> 301 /a"),
            ("> 301 /a /b", "> 3 /a /b"),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(read(&format!("damaged-{at}"), &whole.replace(from, to)), None, "{to}");
        }
    }
}
