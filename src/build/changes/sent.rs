//! What a host should send with a file: its content type and its headers.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::assets::digest::Digest;
use crate::build::manifest::Entry;
use crate::build::output::headers::collector::OwnedHeaders;
use crate::build::output::host_files;
use crate::config::Encoding;
use crate::hosts::deployment::{self, PageHeaders};
use crate::page::content_type;
use crate::site::Site;
use crate::text::sorted::{SortedMap, sorted_by};

/// The content type of a file, and its other headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) content_type: Cow<'static, str>,
    /// By name. The values of a repeated header are joined by commas.
    pub(super) headers: SortedMap<String, String>,
}

impl Sent {
    /// Without headers, the type that follows from the name of a file.
    fn by_name(name: &str) -> Self {
        Sent { content_type: content_type::of_file(name), headers: SortedMap::default() }
    }

    /// Distinguishes versions.
    pub(super) fn hash(&self) -> u64 {
        let Sent { content_type, headers } = self;
        match headers.entries().is_empty() {
            true => Digest::of(content_type.as_bytes()).hash,
            false => {
                Digest::of(format!("{content_type}\n{}", self.headers_as_json()).as_bytes()).hash
            }
        }
    }

    pub(super) fn headers_as_json(&self) -> Value {
        let mut object = Map::new();
        for (name, value) in self.headers.entries() {
            object.insert(name.clone(), Value::from(value.as_str()));
        }
        Value::Object(object)
    }
}

/// What hosts should send with the files of a site, which are asked for in order.
pub(super) struct SentFiles<'a> {
    site: &'static Site,
    /// The headers that pages set, sorted by file.
    pages: Vec<&'a PageHeaders>,
    /// The last files whose names start with one another: a variant follows its file, with few files between them.
    last: Vec<(String, Sent)>,
}

impl<'a> SentFiles<'a> {
    pub(super) fn new(site: &'static Site, headers: &'a [OwnedHeaders]) -> Self {
        let pages = headers.iter().map(|headers| &headers.for_hosts).collect();
        let pages = sorted_by(pages, |a: &&PageHeaders, b| a.file.cmp(&b.file));
        SentFiles { site, pages, last: Vec::new() }
    }

    /// The name of a file, and what a host sends with it. A compressed variant has the type and the headers of its file,
    /// and names its encoding.
    pub(super) fn of(&mut self, entry: &Entry<'_>) -> (&str, &Sent) {
        let name = entry.name();
        let is_start = |(start, _): &(String, Sent)| name.starts_with(start.as_str());
        self.last.truncate(self.last.iter().take_while(|last| is_start(last)).count());
        let sent = match entry.kind.is_variant() {
            true => self.of_variant(&name),
            false => self.of_own(entry, &name),
        };
        self.last.push((name, sent));
        let (name, sent) = &self.last[self.last.len() - 1];
        (name, sent)
    }

    fn of_variant(&self, name: &str) -> Sent {
        let Some((file, extension)) = name.rsplit_once('.') else { return Sent::by_name(name) };
        let original = self.last.iter().find(|(other, _)| other == file);
        let mut sent =
            original.map_or_else(|| Sent::by_name(file), |(_, original)| original.clone());
        let encodings = [Encoding::Gzip, Encoding::Brotli, Encoding::Zstd];
        let encoding = encodings.iter().find(|encoding| encoding.extension() == extension);
        if let Some(encoding) = encoding {
            sent.headers.insert("content-encoding".to_owned(), encoding.name().to_owned());
        }
        sent
    }

    fn of_own(&self, entry: &Entry<'_>, name: &str) -> Sent {
        let of_page = self.pages.binary_search_by(|page| page.file.as_str().cmp(name));
        let of_page = of_page.map(|at| self.pages[at].headers.as_slice()).unwrap_or_default();
        let rules = self.site.header_rules(name);
        let mut sent = Sent::by_name(name);
        // Most sites have neither.
        if of_page.is_empty() && rules.is_empty() {
            return sent;
        }
        let url = host_files::url_of(self.site, entry);
        sent.headers = deployment::joined(deployment::with_rules(of_page, rules, &url));
        if let Some(chosen) = sent.headers.remove(&"content-type".to_owned()) {
            sent.content_type = chosen.into();
        }
        sent
    }
}
