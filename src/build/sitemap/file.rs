//! Writes the sitemap, as the [protocol](https://www.sitemaps.org/protocol.html) defines it.

use std::fs::File;
use std::io::{BufWriter, Seek, Write};

use anyhow::{Context, Result};

use super::list::SEPARATOR;
use crate::build::manifest::Owner;
use crate::build::sorted_lines::SortedLines;
use crate::build::state::Build;
use crate::config::Config;
use crate::site_files::xml::XmlWriter;

/// The name in the out folder.
const FILE: &str = "sitemap.xml";

/// The limits of a file in the protocol.
const LIMITS: Limits = Limits { urls: 50_000, bytes: 50 << 20 };

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

#[derive(Debug, Clone, Copy)]
struct Limits {
    urls: usize,
    bytes: usize,
}

/// Writes the sitemap if the site has one: one file, or an index of several if there are too many URLs.
///
/// # Errors
///
/// Fails if a file cannot be written.
pub(crate) fn write(build: &Build) -> Result<()> {
    let Some(urls) = &build.sitemap else { return Ok(()) };
    let count = parts(urls, LIMITS)?;
    let mut files = Parts { build, limits: LIMITS, is_only: count <= 1, part: None, written: 0 };
    urls.for_each(|line| files.add(&entry(line)))?;
    files.finish()?;
    if count > 1 { add(build, FILE, &index(build.site.config, count)) } else { Ok(()) }
}

/// The document that lists pages, by their lines in the order of URLs, however many there are.
pub(crate) fn document<'a>(lines: impl IntoIterator<Item = &'a str>) -> String {
    let entries: String = lines.into_iter().map(entry).collect();
    [HEAD, &entries, END].concat()
}

/// The number of files that the URLs need.
fn parts(urls: &SortedLines, limits: Limits) -> Result<usize> {
    let mut size = Size::default();
    let mut parts = 0;
    urls.for_each(|line| {
        let bytes = entry(line).len();
        if parts == 0 || !size.has_room(bytes, limits) {
            parts += 1;
            size = Size::default();
        }
        size.add(bytes);
        Ok(())
    })?;
    Ok(parts)
}

/// The entry of a URL in the file.
fn entry(line: &str) -> String {
    let mut fields = line.split(SEPARATOR);
    let (url, date) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
    let mut xml = XmlWriter::fragment();
    xml.open("url", &[]);
    xml.element("loc", url);
    if !date.is_empty() {
        xml.element("lastmod", date);
    }
    while let (Some(language), Some(href)) = (fields.next(), fields.next()) {
        let attributes = [("rel", "alternate"), ("hreflang", language), ("href", href)];
        xml.empty("xhtml:link", &attributes);
    }
    xml.close("url");
    xml.line();
    xml.finish()
}

/// The file of files.
fn index(config: &Config, count: usize) -> String {
    let mut xml = XmlWriter::new();
    xml.open("sitemapindex", &[("xmlns", NAMESPACE)]);
    xml.line();
    for number in 1..=count {
        xml.open("sitemap", &[]);
        xml.element("loc", format_args!("{}{}/{}", config.origin(), config.base, part(number)));
        xml.close("sitemap");
        xml.line();
    }
    xml.close("sitemapindex");
    xml.line();
    xml.finish()
}

fn part(number: usize) -> String {
    format!("sitemap-{number}.xml")
}

fn add(build: &Build, name: &str, content: &str) -> Result<()> {
    let written = build.writer.write(name, content.as_bytes())?;
    build.manifest.add_file(name, Owner::KILN, written)
}

/// The size of a part.
#[derive(Debug, Default)]
struct Size {
    urls: usize,
    bytes: usize,
}

impl Size {
    fn has_room(&self, bytes: usize, limits: Limits) -> bool {
        let all = HEAD.len() + self.bytes + bytes + END.len();
        self.urls < limits.urls && all <= limits.bytes
    }

    fn add(&mut self, bytes: usize) {
        self.urls += 1;
        self.bytes += bytes;
    }
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                    <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
                    xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n";
const END: &str = "</urlset>\n";

/// The files of the sitemap. Only one is open at a time, and none is in memory.
struct Parts<'a> {
    build: &'a Build,
    limits: Limits,
    /// Whether all URLs fit into one file.
    is_only: bool,
    part: Option<Part>,
    /// The number of finished files.
    written: usize,
}

/// A file that is being written.
struct Part {
    file: BufWriter<File>,
    size: Size,
}

impl Parts<'_> {
    fn add(&mut self, entry: &str) -> Result<()> {
        let is_full =
            self.part.as_ref().is_some_and(|part| !part.size.has_room(entry.len(), self.limits));
        if is_full {
            self.close()?;
        }
        let part = match &mut self.part {
            Some(part) => part,
            none => none.insert(Part::create(self.build)?),
        };
        part.size.add(entry.len());
        part.file.write_all(entry.as_bytes()).context("cannot write the sitemap")
    }

    /// Writes the last file. A site without pages has an empty sitemap.
    fn finish(mut self) -> Result<()> {
        if self.written == 0 && self.part.is_none() {
            self.part = Some(Part::create(self.build)?);
        }
        self.close()
    }

    fn close(&mut self) -> Result<()> {
        let Some(mut part) = self.part.take() else { return Ok(()) };
        self.written += 1;
        let name = if self.is_only { FILE.to_owned() } else { self::part(self.written) };
        let closed = part.file.write_all(END.as_bytes()).and_then(|()| part.file.rewind());
        closed.context("cannot write the sitemap")?;
        let mut file = part.file.into_inner().context("cannot write the sitemap")?;
        let written = self.build.writer.copy(&name, &mut file)?;
        self.build.manifest.add_file(&name, Owner::KILN, written)
    }
}

impl Part {
    fn create(build: &Build) -> Result<Self> {
        let path = build.writer.scratch().join("sitemap.xml");
        let file = File::options().read(true).write(true).create(true).truncate(true).open(&path);
        let mut file = BufWriter::new(file.context("cannot create a file for the sitemap")?);
        file.write_all(HEAD.as_bytes()).context("cannot write the sitemap")?;
        Ok(Part { file, size: Size::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_escaped() {
        for (line, expected) in [
            ("https://a.b/\t", "<url><loc>https://a.b/</loc></url>\n"),
            ("https://a.b/x&y'\t", "<url><loc>https://a.b/x&amp;y'</loc></url>\n"),
            (
                "https://a.b/c\t2026-11-27T10:00:00Z",
                "<url><loc>https://a.b/c</loc><lastmod>2026-11-27T10:00:00Z</lastmod></url>\n",
            ),
        ] {
            assert_eq!(entry(line), expected);
        }
    }

    /// CI validates these files; see `tests/validators`.
    #[test]
    fn an_index_and_a_part_are_those_that_validators_read() {
        let config = Config { site: Some("https://a.b"), base: "/docs", ..Config::DEFAULT };
        let expected = include_str!("../../../tests/validators/sitemaps/index.xml");
        assert_eq!(index(&config, 2), expected);
        let lines = [
            "https://a.b/\t",
            "https://a.b/x&y'%C3%A9\t2026-11-27T10:00:00Z\ten\thttps://a.b/x&y'%C3%A9\tx-default\thttps://a.b/",
        ];
        assert_eq!(document(lines), include_str!("../../../tests/validators/sitemaps/part.xml"));
    }

    #[test]
    fn files_are_as_large_as_the_limits_allow() {
        let urls = SortedLines::new(std::env::temp_dir(), "unused");
        for at in 0..10 {
            urls.add(format!("https://a.b/{at}\t")).expect("memory");
        }
        let one = entry("https://a.b/0\t").len();
        let around = HEAD.len() + END.len();
        for (max_urls, max_bytes, expected) in [
            (10, 1 << 20, 1),
            (9, 1 << 20, 2),
            (5, 1 << 20, 2),
            (4, 1 << 20, 3),
            (1, 1 << 20, 10),
            (10, around + 10 * one, 1),
            (10, around + 10 * one - 1, 2),
            (10, around + 3 * one, 4),
        ] {
            let limits = Limits { urls: max_urls, bytes: max_bytes };
            assert_eq!(parts(&urls, limits).expect("lines"), expected, "{limits:?}");
        }
        let none = SortedLines::new(std::env::temp_dir(), "unused");
        assert_eq!(parts(&none, LIMITS).expect("lines"), 0);
    }
}
