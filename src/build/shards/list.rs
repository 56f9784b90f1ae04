//! The list that lies in the folder of a shard: all that `merge` must know of what the shard made.
//!
//! It is text, a line for each thing: a head, what was listed in all shards together, then the entries of the
//! manifest in their order, the redirects, and an end without which it is cut short. Like the record it is written and
//! read as it goes, whatever its length.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use super::Shard;
use super::listed::Listed;
use crate::build::manifest::{Claim, Listing, Owner};
use crate::build::output::headers::sent::Sent;
use crate::build::redirects::list::Redirect;
use crate::hosts::deployment::{self, PageHeaders};

pub(crate) use crate::build::dist::own_files::SHARD as FILE;

/// In bytes. No path is longer, nor is the name of any file that a system has.
const LONGEST_NAME: usize = 16 << 10;
/// In bytes: the last line is shorter.
const LONGEST_END: u64 = 64;

/// What a list says of its shard as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) shard: Shard,
    /// What the site was compiled from, and by which kiln.
    pub(crate) fingerprint: String,
    /// What there is in all shards together: the pages of each route, and then the files of `public/`.
    pub(crate) pages: Vec<Listed>,
}

/// Something that a shard made.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Made {
    Named {
        name: String,
        claim: Claim,
        owner: Owner,
    },
    Redirect(Redirect),
    Sent(Sent),
    /// The params of a page that its path does not tell.
    Given {
        owner: Owner,
        params: String,
    },
}

/// Writes a list.
pub(crate) fn write(
    path: &Path,
    head: &Head,
    listing: &Listing,
    redirects: &[Redirect],
    sent: &[Sent],
    given: &BTreeMap<Owner, String>,
) -> Result<()> {
    let write = || -> Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        let Head { shard, fingerprint, pages } = head;
        let pages: Vec<String> = pages.iter().map(ToString::to_string).collect();
        writeln!(file, "shard {shard} {fingerprint}\npages {}", pages.join(" "))?;
        let mut count = redirects.len() + sent.len() + given.len();
        for entry in listing.entries()? {
            let entry = entry?;
            writeln!(file, "{} {} {}", entry.claim.bits(), owner_text(entry.owner), entry.name())?;
            count += 1;
        }
        for Redirect { told, path, owner } in redirects {
            let deployment::Redirect { from, to, status, file: page } = told;
            let page = page.as_deref().unwrap_or_default();
            writeln!(file, "> {status}\t{}\t{from}\t{to}\t{path}\t{page}", owner_text(*owner))?;
        }
        for Sent { told, owner } in sent {
            let PageHeaders { path, file: page, headers } = told;
            writeln!(file, "< {}\t{path}\t{page}\t{}", owner_text(*owner), json!(headers))?;
        }
        for (owner, params) in given {
            writeln!(file, "~ {} {params}", owner_text(*owner))?;
        }
        writeln!(file, "end {count}")?;
        Ok(file.flush()?)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

fn owner_text(owner: Owner) -> String {
    match owner.route_index() {
        Some(index) if owner.item() == 0 => index.to_string(),
        Some(index) => format!("{index}:{}", owner.item()),
        None if owner == Owner::PUBLIC => "public".into(),
        None => "kiln".into(),
    }
}

/// A list that is read from the first line to the last.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) head: Head,
    /// How many things are still to come.
    pub(crate) left: usize,
    lines: BufReader<File>,
    /// How many routes and redirects of kiln.toml there are to own something.
    owners: usize,
}

impl List {
    /// Reads the head of a list; `None` where the list is damaged.
    ///
    /// `rules` is how many redirects kiln.toml has.
    pub(crate) fn open(mut file: File, rules: usize) -> Option<Self> {
        let left = count(&mut file)?;
        let mut lines = BufReader::new(file);
        let head = head(&line(&mut lines)?, &line(&mut lines)?)?;
        let owners = head.pages.len() - 1 + rules;
        Some(List { head, left, lines, owners })
    }
}

/// What the shard made; `None` where the list is damaged.
impl Iterator for List {
    type Item = Option<Made>;

    fn next(&mut self) -> Option<Option<Made>> {
        self.left = self.left.checked_sub(1)?;
        let made = line(&mut self.lines).and_then(|line| made(&line, self.owners));
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

fn made(line: &str, owners: usize) -> Option<Made> {
    if let Some(text) = line.strip_prefix("> ") {
        return redirect(text, owners).map(Made::Redirect);
    }
    if let Some(text) = line.strip_prefix("< ") {
        return sent(text, owners).map(Made::Sent);
    }
    if let Some(text) = line.strip_prefix("~ ") {
        let (of, params) = text.split_once(' ')?;
        let is_text = params.len() <= LONGEST_NAME && !params.contains(char::is_control);
        let owner = owner(of, owners)?;
        return is_text.then(|| Made::Given { owner, params: params.to_owned() });
    }
    let mut parts = line.splitn(3, ' ');
    let claim = Claim::from_bits(parts.next()?.parse().ok()?)?;
    let owner = owner(parts.next()?, owners)?;
    let name = parts.next()?.to_owned();
    let is_name = name.len() <= LONGEST_NAME && !name.contains(char::is_control);
    is_name.then_some(Made::Named { name, claim, owner })
}

fn owner(text: &str, owners: usize) -> Option<Owner> {
    match text {
        "public" => Some(Owner::PUBLIC),
        "kiln" => Some(Owner::KILN),
        page => {
            let (index, item) = page.split_once(':').unwrap_or((page, "0"));
            let index = index.parse().ok().filter(|index| *index < owners)?;
            Some(Owner::page(index, item.parse().ok()?))
        }
    }
}

fn redirect(text: &str, owners: usize) -> Option<Redirect> {
    let parts: Vec<&str> = text.split('\t').collect();
    let [status, of, from, to, path, file] = parts[..] else { return None };
    let status = status.parse().ok().filter(|status| (300..400).contains(status))?;
    let file = Some(file.to_owned()).filter(|file| !file.is_empty());
    let told = deployment::Redirect { from: from.into(), to: to.into(), status, file };
    Some(Redirect { told, path: path.into(), owner: owner(of, owners)? })
}

fn sent(text: &str, owners: usize) -> Option<Sent> {
    let parts: Vec<&str> = text.splitn(4, '\t').collect();
    let [of, path, file, headers] = parts[..] else { return None };
    let headers = serde_json::from_str(headers).ok()?;
    let told = PageHeaders { path: path.into(), file: file.into(), headers };
    Some(Sent { told, owner: owner(of, owners)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;
    use std::path::PathBuf;

    use crate::build::dist::Written;
    use crate::build::manifest::Manifest;
    use crate::build::manifest::digest::Digest;

    /// Writes a text where a list is, and reads it.
    fn read(name: &str, text: &str) -> Option<Vec<Made>> {
        let path = std::env::temp_dir().join(format!("kiln-{}-{name}", std::process::id()));
        fs::write(&path, text).expect("a file to write");
        let list = List::open(File::open(&path).expect("a file to read"), 1);
        fs::remove_file(&path).expect("a file to remove");
        list?.collect()
    }

    #[test]
    fn what_was_written_is_read() {
        let manifest = Manifest::new(PathBuf::new());
        manifest
            .add_page(
                "a b",
                Some("a b/index.html"),
                Owner::page(1, 70),
                Written::Unchanged(Digest::default()),
            )
            .expect("memory");
        manifest.add_page("", Some("index.html"), Owner::route(0), Written::NEW).expect("memory");
        manifest.add_page("gone", None, Owner::route(2), Written::NEW).expect("memory");
        manifest.add_file("\u{c9}.txt", Owner::PUBLIC, Written::NEW).expect("memory");
        manifest.add_file("redirects.json", Owner::KILN, Written::NEW).expect("memory");
        let redirect = |from: &str, file: Option<&str>| Redirect {
            told: deployment::Redirect {
                from: from.into(),
                to: "https://a.de/x?y#z".into(),
                status: 302,
                file: file.map(Into::into),
            },
            path: "a b".into(),
            owner: Owner::route(3),
        };
        let redirects = [redirect("/a", None), redirect("/b", Some("a b/index.html"))];
        let headers =
            vec![("a".to_owned(), "\"b\"\\".to_owned()), ("a".to_owned(), "c".to_owned())];
        let told = PageHeaders { path: "/a%20b".into(), file: "a b/index.html".into(), headers };
        let sent = [Sent { told, owner: Owner::route(0) }];
        let head = Head {
            shard: Shard::new(2, 3).expect("a shard"),
            fingerprint: "a fingerprint".into(),
            pages: ["1:a", "2:b", "3:c", "4:d"].map(|text| Listed::read(text).expect(text)).into(),
        };
        let path = std::env::temp_dir().join(format!("kiln-list-{}", std::process::id()));
        let listing = manifest.close();
        let given = BTreeMap::from([(Owner::page(1, 70), "a=e\u{301}, b=x y".to_owned())]);
        write(&path, &head, &listing, &redirects, &sent, &given).expect("a list to write");
        let list = List::open(File::open(&path).expect("a list"), 1).expect("a whole list");
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
        expected.extend(sent.map(Made::Sent));
        expected.extend(given.into_iter().map(|(owner, params)| Made::Given { owner, params }));
        assert_eq!(made, expected);
    }

    #[test]
    fn a_list_that_is_damaged_is_refused() {
        let whole =
            "shard 1/2 x\npages 1:a 1:b\n3 0 a\n> 301\t1\t/a\t/b\ta\t\n< 0\t/a\ta\t[]\nend 3\n";
        assert_eq!(read("whole", whole).map(|made| made.len()), Some(3));
        for (at, (from, to)) in [
            ("end 3\n", ""),
            ("end 3\n", "end 3"),
            ("end 3", "end 4"),
            ("end 3", "end x"),
            ("shard 1/2", "shard 3/2"),
            ("shard 1/2 x", "shard 1/2"),
            ("pages 1:a", "pages 1:x"),
            ("pages 1:a", "pages 1"),
            ("pages", "sides"),
            ("3 0 a", "0 0 a"),
            ("3 0 a", "16 0 a"),
            ("3 0 a", "19 0 a"),
            ("3 0 a", "3 2 a"),
            ("3 0 a", "3 x a"),
            ("3 0 a", "3 0 a\u{1}b"),
            ("3 0 a", "3 0"),
            ("> 301\t1\t/a", "> 301\t1"),
            ("> 301", "> 3"),
            ("> 301\t1", "> 301\t2"),
            ("< 0", "< 2"),
            ("[]", "[["),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(read(&format!("damaged-{at}"), &whole.replace(from, to)), None, "{to}");
        }
    }
}
