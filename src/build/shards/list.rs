//! The list in the folder of a shard: everything that `merge` has to know about it.
//!
//! It is text with one line for each item: a head, the pages that were listed in all shards together, the entries of
//! the manifest in order, the redirects, and an end that reveals truncation. Like the record, it is written and read
//! line by line, whatever its length.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use super::Shard;
use super::digest::ListDigest;
use crate::build::manifest::{Listing, NameKind, Owner};
use crate::build::output::headers::collector::OwnedHeaders;
use crate::build::redirects::list::Redirect;
use crate::build::sorted_lines::SortedLines;
use crate::hosts::deployment::{self, PageHeaders};

pub(crate) use crate::build::dist::own_files::SHARD as FILE;

/// In bytes. Longer than any path or file name on any system.
const MAX_NAME_LENGTH: usize = 16 << 10;
/// In bytes: the last line is shorter.
const MAX_END_LENGTH: u64 = 64;

/// The head of a list, about its shard as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) shard: Shard,
    /// Identifies the sources of the site and the version of kiln.
    pub(crate) fingerprint: String,
    /// The contents of all shards together: the pages of each route, and then the files of `public/`.
    pub(crate) pages: Vec<ListDigest>,
}

/// An item of a shard.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Named {
        name: String,
        kind: NameKind,
        owner: Owner,
    },
    Redirect(Redirect),
    Headers(OwnedHeaders),
    /// A URL of the sitemap, with its date.
    SitemapUrl(String),
    /// The params of a page that do not follow from its path.
    ListedParams {
        owner: Owner,
        params: String,
    },
}

/// What a shard made, to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Made<'a> {
    pub(crate) listing: &'a Listing,
    pub(crate) redirects: &'a [Redirect],
    pub(crate) sent: &'a [OwnedHeaders],
    pub(crate) listed_params: &'a [(Owner, String)],
    /// The URLs of the sitemap if the site has one.
    pub(crate) sitemap: Option<&'a SortedLines>,
}

/// Writes a list.
pub(crate) fn write(path: &Path, head: &Head, made: Made<'_>) -> Result<()> {
    let Made { listing, redirects, sent, listed_params, sitemap } = made;
    let write = || -> Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        let Head { shard, fingerprint, pages } = head;
        let pages: Vec<String> = pages.iter().map(ToString::to_string).collect();
        writeln!(file, "shard {shard} {fingerprint}\npages {}", pages.join(" "))?;
        let mut count = redirects.len() + sent.len() + listed_params.len();
        for entry in listing.entries()? {
            let entry = entry?;
            writeln!(file, "{} {} {}", entry.kind.bits(), owner_text(entry.owner), entry.name())?;
            count += 1;
        }
        for Redirect { for_hosts, path, owner } in redirects {
            let deployment::Redirect { from, to, status, file: page } = for_hosts;
            let page = page.as_deref().unwrap_or_default();
            writeln!(file, "> {status}\t{}\t{from}\t{to}\t{path}\t{page}", owner_text(*owner))?;
        }
        for OwnedHeaders { for_hosts, owner } in sent {
            let PageHeaders { path, file: page, headers } = for_hosts;
            writeln!(file, "< {}\t{path}\t{page}\t{}", owner_text(*owner), json!(headers))?;
        }
        for (owner, params) in listed_params {
            writeln!(file, "~ {} {params}", owner_text(*owner))?;
        }
        if let Some(urls) = sitemap {
            urls.for_each(|line| {
                count += 1;
                Ok(writeln!(file, "+ {line}")?)
            })?;
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
        None if owner == Owner::ASSET => "asset".into(),
        None => "kiln".into(),
    }
}

/// A list that is read line by line.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) head: Head,
    /// The number of remaining items.
    pub(crate) left: usize,
    lines: BufReader<File>,
    /// The number of routes and redirects of kiln.toml that can be owners.
    owners: usize,
}

impl List {
    /// Reads the head of a list; `None` if the list is damaged.
    ///
    /// `rules` is the number of redirects in kiln.toml.
    pub(crate) fn open(mut file: File, rules: usize) -> Option<Self> {
        let left = count(&mut file)?;
        let mut lines = BufReader::new(file);
        let head = head(&line(&mut lines)?, &line(&mut lines)?)?;
        let owners = head.pages.len() - 1 + rules;
        Some(List { head, left, lines, owners })
    }
}

/// The items of the shard; `None` for a damaged one.
impl Iterator for List {
    type Item = Option<Item>;

    fn next(&mut self) -> Option<Option<Item>> {
        self.left = self.left.checked_sub(1)?;
        let made = line(&mut self.lines).and_then(|line| made(&line, self.owners));
        if made.is_none() {
            self.left = 0;
        }
        Some(made)
    }
}

/// The number of items, from the last line.
fn count(file: &mut File) -> Option<usize> {
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(MAX_END_LENGTH))).ok()?;
    let mut end = Vec::new();
    file.read_to_end(&mut end).ok()?;
    file.rewind().ok()?;
    let end = end.strip_suffix(b"\n")?;
    let last = end.rsplit(|byte| *byte == b'\n').next()?;
    std::str::from_utf8(last).ok()?.strip_prefix("end ")?.parse().ok()
}

fn head(first: &str, second: &str) -> Option<Head> {
    let (shard, fingerprint) = first.strip_prefix("shard ")?.split_once(' ')?;
    let pages = second.strip_prefix("pages ")?.split(' ').map(ListDigest::read);
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

fn made(line: &str, owners: usize) -> Option<Item> {
    if let Some(text) = line.strip_prefix("> ") {
        return redirect(text, owners).map(Item::Redirect);
    }
    if let Some(text) = line.strip_prefix("< ") {
        return sent(text, owners).map(Item::Headers);
    }
    if let Some(text) = line.strip_prefix("+ ") {
        let is_url = text.len() <= MAX_NAME_LENGTH && text.matches(char::is_control).eq(["\t"]);
        return is_url.then(|| Item::SitemapUrl(text.to_owned()));
    }
    if let Some(text) = line.strip_prefix("~ ") {
        let (of, params) = text.split_once(' ')?;
        let is_text = params.len() <= MAX_NAME_LENGTH && !params.contains(char::is_control);
        let owner = owner(of, owners)?;
        return is_text.then(|| Item::ListedParams { owner, params: params.to_owned() });
    }
    let mut parts = line.splitn(3, ' ');
    let kind = NameKind::from_bits(parts.next()?.parse().ok()?)?;
    let owner = owner(parts.next()?, owners)?;
    let name = parts.next()?.to_owned();
    let is_name = name.len() <= MAX_NAME_LENGTH && !name.contains(char::is_control);
    is_name.then_some(Item::Named { name, kind, owner })
}

fn owner(text: &str, owners: usize) -> Option<Owner> {
    match text {
        "public" => Some(Owner::PUBLIC),
        "asset" => Some(Owner::ASSET),
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
    let for_hosts = deployment::Redirect { from: from.into(), to: to.into(), status, file };
    Some(Redirect { for_hosts, path: path.into(), owner: owner(of, owners)? })
}

fn sent(text: &str, owners: usize) -> Option<OwnedHeaders> {
    let parts: Vec<&str> = text.splitn(4, '\t').collect();
    let [of, path, file, headers] = parts[..] else { return None };
    let headers = serde_json::from_str(headers).ok()?;
    let for_hosts = PageHeaders { path: path.into(), file: file.into(), headers };
    Some(OwnedHeaders { for_hosts, owner: owner(of, owners)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;
    use std::path::PathBuf;

    use crate::assets::digest::Digest;
    use crate::build::dist::Written;
    use crate::build::manifest::Manifest;

    /// Writes a text as a list, and reads it.
    fn read(name: &str, text: &str) -> Option<Vec<Item>> {
        let path = std::env::temp_dir().join(format!("kiln-{}-{name}", std::process::id()));
        fs::write(&path, text).expect("a file to write");
        let list = List::open(File::open(&path).expect("a file to read"), 1);
        fs::remove_file(&path).expect("a file to remove");
        list?.collect()
    }

    fn listing() -> Listing {
        let manifest = Manifest::new(PathBuf::new());
        let unchanged = Written::Unchanged(Digest::default());
        manifest
            .add_page("a b", Some("a b/index.html"), Owner::page(1, 70), unchanged)
            .expect("memory");
        manifest.add_page("", Some("index.html"), Owner::route(0), Written::NEW).expect("memory");
        manifest.add_page("gone", None, Owner::route(2), Written::NEW).expect("memory");
        manifest.add_file("\u{c9}.txt", Owner::PUBLIC, Written::NEW).expect("memory");
        manifest.add_file("_assets/a.0.css", Owner::ASSET, Written::NEW).expect("memory");
        manifest.add_file("redirects.json", Owner::KILN, Written::NEW).expect("memory");
        manifest.close()
    }

    fn redirect(from: &str, file: Option<&str>) -> Redirect {
        let for_hosts = deployment::Redirect {
            from: from.into(),
            to: "https://a.de/x?y#z".into(),
            status: 302,
            file: file.map(Into::into),
        };
        Redirect { for_hosts, path: "a b".into(), owner: Owner::route(3) }
    }

    #[test]
    fn a_written_list_can_be_read() {
        let listing = listing();
        let redirects = [redirect("/a", None), redirect("/b", Some("a b/index.html"))];
        let headers =
            vec![("a".to_owned(), "\"b\"\\".to_owned()), ("a".to_owned(), "c".to_owned())];
        let for_hosts =
            PageHeaders { path: "/a%20b".into(), file: "a b/index.html".into(), headers };
        let sent = [OwnedHeaders { for_hosts, owner: Owner::route(0) }];
        let head = Head {
            shard: Shard::new(2, 3).expect("a shard"),
            fingerprint: "a fingerprint".into(),
            pages: ["1:a", "2:b", "3:c", "4:d"]
                .map(|text| ListDigest::read(text).expect(text))
                .into(),
        };
        let path = std::env::temp_dir().join(format!("kiln-list-{}", std::process::id()));
        let listed_params = [(Owner::page(1, 70), "a=e\u{301}, b=x y".to_owned())];
        let sitemap = SortedLines::new(std::env::temp_dir(), "unused");
        let url = "https://example.com/a%20b\t2026-11-27T10:00:00Z";
        sitemap.add(url.to_owned()).expect("memory");
        let made = Made {
            listing: &listing,
            redirects: &redirects,
            sent: &sent,
            listed_params: &listed_params,
            sitemap: Some(&sitemap),
        };
        write(&path, &head, made).expect("a list to write");
        let list = List::open(File::open(&path).expect("a list"), 1).expect("a whole list");
        fs::remove_file(&path).expect("a list to remove");
        assert_eq!(list.head, head);
        let made: Vec<Item> = list.map(|made| made.expect("a whole list")).collect();
        let mut expected: Vec<Item> = listing
            .entries()
            .expect("entries")
            .map(|entry| {
                let entry = entry.expect("an entry");
                let kind = NameKind::from_bits(entry.kind.bits()).expect("a kind");
                Item::Named { name: entry.name(), kind, owner: entry.owner }
            })
            .collect();
        expected.extend(redirects.map(Item::Redirect));
        expected.extend(sent.map(Item::Headers));
        expected.extend(
            listed_params.into_iter().map(|(owner, params)| Item::ListedParams { owner, params }),
        );
        expected.push(Item::SitemapUrl(url.to_owned()));
        assert_eq!(made, expected);
    }

    #[test]
    fn a_list_that_is_damaged_is_refused() {
        let whole = "shard 1/2 x\npages 1:a 1:b\n3 0 a\n> 301\t1\t/a\t/b\ta\t\n< 0\t/a\ta\t[]\n+ https://a.b/\t\nend 4\n";
        assert_eq!(read("whole", whole).map(|made| made.len()), Some(4));
        for (at, (from, to)) in [
            ("end 4\n", ""),
            ("end 4\n", "end 4"),
            ("end 4", "end 5"),
            ("end 4", "end x"),
            ("+ https://a.b/\t", "+ https://a.b/"),
            ("+ https://a.b/\t", "+ https://a.b/\t\t"),
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
