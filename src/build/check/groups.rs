//! Texts that many pages have, with the number of pages and the first ones; in memory if there are few, and on disk otherwise.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};

use crate::assets::digest::Digest;
use crate::build::sorted_lines::SortedLines;

/// The pages of a group that are named.
const NAMED: usize = 4;

/// The bytes of recent groups that are kept in memory. Links of a layout stay here, so they are not written for each page.
const RECENT: usize = 16 << 20;

/// Separates a text from its pages in a line, and the parts of those. Neither contains control characters.
const SEPARATOR: char = '\u{2}';

/// A page: its URL path, and the index of its route.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Page {
    pub(crate) url: String,
    pub(crate) source: usize,
}

/// The pages of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Pages {
    pub(crate) count: usize,
    /// The first ones, in the order of their URLs.
    pub(crate) first: Vec<Page>,
}

impl Pages {
    fn add(&mut self, page: &Page) {
        self.count += 1;
        self.insert(page);
    }

    fn insert(&mut self, page: &Page) {
        if self.first.len() == NAMED && self.first.last() < Some(page) {
            return;
        }
        let at = self.first.partition_point(|known| known < page);
        self.first.insert(at, page.clone());
        self.first.truncate(NAMED);
    }

    /// Adds the pages of another group, none of which are in this one.
    pub(crate) fn merge(&mut self, other: &Pages) {
        self.count += other.count;
        other.first.iter().for_each(|page| self.insert(page));
    }
}

/// Collects texts without control characters, from any thread.
#[derive(Debug)]
pub(crate) struct Groups {
    lines: SortedLines,
    /// The bytes of recent groups that are kept in memory.
    in_memory: usize,
    recent: Mutex<Recent>,
}

#[derive(Debug, Default)]
struct Recent {
    /// By the hash of the text.
    groups: BTreeMap<u64, (String, Pages)>,
    bytes: usize,
}

impl Groups {
    /// An empty collection. If it becomes large, it is written to files in this folder.
    pub(crate) fn new(folder: PathBuf, name: &'static str) -> Self {
        let lines = SortedLines::new(folder, name);
        Groups { lines, in_memory: RECENT, recent: Mutex::default() }
    }

    /// Adds the texts of a page, each of which it has once.
    pub(crate) fn add(&self, page: &Page, texts: &[String]) -> Result<()> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        for text in texts {
            let hash = Digest::of(text.as_bytes()).hash;
            match recent.groups.get_mut(&hash) {
                Some((known, pages)) if known == text => pages.add(page),
                // Another text with the same hash.
                Some(_) => {
                    let mut pages = Pages::default();
                    pages.add(page);
                    self.add_group(text, &pages)?;
                }
                None => {
                    let mut pages = Pages::default();
                    pages.add(page);
                    recent.bytes += size_of::<(u64, String, Pages)>()
                        + text.len()
                        + page.url.len()
                        + size_of::<Page>();
                    recent.groups.insert(hash, (text.clone(), pages));
                }
            }
        }
        if recent.bytes > self.in_memory { self.flush(&mut recent) } else { Ok(()) }
    }

    /// Adds a text with all its pages.
    pub(crate) fn add_group(&self, text: &str, pages: &Pages) -> Result<()> {
        self.lines.add(line(text, pages))
    }

    /// Adds a text that belongs to no page.
    pub(crate) fn add_alone(&self, text: String) -> Result<()> {
        self.lines.add(text)
    }

    /// Calls a function with each text and its pages, in order.
    pub(crate) fn for_each(&self, mut each: impl FnMut(&str, &Pages) -> Result<()>) -> Result<()> {
        self.flush(&mut self.recent.lock().unwrap_or_else(PoisonError::into_inner))?;
        let mut group: Option<(String, Pages)> = None;
        self.lines.for_each(|line| {
            let (text, pages) = parse(line)?;
            match &mut group {
                Some((known, all)) if known == text => all.merge(&pages),
                group => {
                    if let Some((text, pages)) = group.replace((text.to_owned(), pages)) {
                        each(&text, &pages)?;
                    }
                }
            }
            Ok(())
        })?;
        group.map_or(Ok(()), |(text, pages)| each(&text, &pages))
    }

    fn flush(&self, recent: &mut Recent) -> Result<()> {
        let groups = std::mem::take(recent).groups;
        groups.values().try_for_each(|(text, pages)| self.add_group(text, pages))
    }
}

fn line(text: &str, pages: &Pages) -> String {
    debug_assert!(!text.contains(SEPARATOR));
    let mut line = format!("{text}{SEPARATOR}{}", pages.count);
    for Page { url, source } in &pages.first {
        line.extend(
            [&SEPARATOR.to_string(), url, &SEPARATOR.to_string(), &source.to_string()]
                .map(String::as_str),
        );
    }
    line
}

fn parse(line: &str) -> Result<(&str, Pages)> {
    let mut parts = line.split(SEPARATOR);
    let text = parts.next().unwrap_or_default();
    let mut pages = Pages::default();
    if let Some(count) = parts.next() {
        pages.count = count.parse().context("a list of links was changed")?;
    }
    while let Some((url, source)) = parts.next().zip(parts.next()) {
        let source = source.parse().context("a list of links was changed")?;
        pages.first.push(Page { url: url.to_owned(), source });
    }
    Ok((text, pages))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn page(at: usize) -> Page {
        Page { url: format!("/{at:06}"), source: at % 3 }
    }

    /// The groups of some pages, each with a text of its own and one that all have.
    fn collected(
        folder: &str,
        order: impl Iterator<Item = usize>,
    ) -> (Vec<(String, Pages)>, usize) {
        let folder =
            std::env::temp_dir().join(format!("kiln-groups-{folder}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let mut groups = Groups::new(folder.clone(), "groups");
        groups.in_memory = 64 << 10;
        groups.lines = groups.lines.with_memory(16 << 10);
        groups.add_alone("alone".to_owned()).expect("room");
        for at in order {
            let texts = ["shared".to_owned(), format!("own {at:06}")];
            groups.add(&page(at), &texts).expect("room");
        }
        let mut found = Vec::new();
        let each = |text: &str, pages: &Pages| {
            found.push((text.to_owned(), pages.clone()));
            Ok(())
        };
        groups.for_each(each).expect("groups");
        let files = fs::read_dir(&folder).expect("a folder").count();
        fs::remove_dir_all(&folder).expect("a folder to remove");
        (found, files)
    }

    #[test]
    fn groups_have_the_number_of_pages_and_the_first_ones() {
        for (count, is_on_disk) in [(3, false), (100, false), (2_000, true)] {
            let (found, files) = collected("up", 0..count);
            assert_eq!(files > 0, is_on_disk, "{count}");
            assert_eq!(found.len(), count + 2);
            assert_eq!(found[0], ("alone".to_owned(), Pages::default()));
            let own = |at| Pages { count: 1, first: vec![page(at)] };
            assert_eq!(found[2], ("own 000001".to_owned(), own(1)));
            let shared = Pages { count, first: (0..count.min(NAMED)).map(page).collect() };
            assert_eq!(found[count + 1], ("shared".to_owned(), shared));
            assert!(found == collected("down", (0..count).rev()).0, "{count}");
        }
    }
}
