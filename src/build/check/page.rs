//! Checks a page while its response is in memory: keeps its links, and finds what it alone shows.

use std::fs::File;
use std::io::{Read, Seek};
use std::sync::atomic::Ordering::Relaxed;

use anyhow::{Context, Result};

use super::Check;
use super::finding::{self, Kind, Nearest, field};
use super::groups::Page;
use super::html::Html;
use super::link::{Base, Target, TargetPath};
use super::record::{Definition, Reference, Slash};
use crate::build::output::content::Content;
use crate::build::report::diagnostic::PageRef;
use crate::config::Config;
use crate::routing::page_path::RoutePath;
use crate::text::nearest;

impl Check {
    /// Reads an HTML page.
    ///
    /// # Errors
    ///
    /// Fails if the page cannot be read, or its links cannot be written to disk.
    pub(crate) fn add_page(
        &self,
        place: &PageRef,
        path: &RoutePath,
        content: &mut Content,
    ) -> Result<()> {
        let html = match content {
            Content::Bytes(bytes) => Html::read(&mut &**bytes),
            Content::Streamed(spool) => {
                let read = Html::read(&mut spool.file);
                read.and_then(|html| spool.file.rewind().map(|()| html))
            }
        };
        let html = html.context("cannot read the page again")?;
        let page = Page { url: place.naming.url(path), source: place.route_index };
        self.pages.fetch_add(1, Relaxed);
        self.links.fetch_add(html.links.len(), Relaxed);
        // An error page has no path at which other pages could link to it.
        if !place.source().pattern().is_error_page() {
            let fragments = html.ids.union(&html.names);
            let slash = Slash::of_url(self.config, &page.url);
            self.define(path.as_str(), &Definition::Page(slash), fragments)?;
        }
        let (found, references) =
            PageLinks { html: &html, path, config: self.config }.of(&page.url);
        self.references.add(&page, &references)?;
        self.findings.add(&page, &found)
    }

    /// Reads the ids of an HTML file of `public/`.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read, or its ids cannot be written to disk.
    pub(crate) fn add_file(&self, name: &str, file: &mut File) -> Result<()> {
        let html = Html::read(&mut file.by_ref()).context("cannot be read")?;
        let others = paths_of_file(self.config, name);
        for path in std::iter::once(name).chain(others) {
            self.define(path, &Definition::PublicPage, html.ids.union(&html.names))?;
        }
        Ok(())
    }
}

/// The paths, other than its own name, at which a file of `public/` answers.
pub(super) fn paths_of_file<'a>(
    config: &'a Config,
    name: &'a str,
) -> impl Iterator<Item = &'a str> {
    let index = name.strip_suffix("index.html").filter(|it| it.is_empty() || it.ends_with('/'));
    let index = index.map(|folder| folder.trim_end_matches('/'));
    let page = name.strip_suffix(".html");
    let answers = move |path: &&str| config.file_names(path).iter().any(|own| own == name);
    index.into_iter().chain(page).filter(answers)
}

/// The links and ids of a page.
struct PageLinks<'a> {
    html: &'a Html,
    path: &'a RoutePath,
    config: &'a Config,
}

impl PageLinks<'_> {
    /// What is wrong in any case, and the references to other paths, each once.
    fn of(&self, url: &str) -> (Vec<String>, Vec<String>) {
        let mut buffer = String::new();
        let mut base = Base::of_page(self.config, url);
        if let Some(href) = &self.html.base {
            base = base.with(href, &mut buffer);
        }
        let mut found = self.mistakes();
        let mut references = Vec::new();
        for link in &self.html.links {
            match base.target(link) {
                Target::Elsewhere => {}
                Target::NoPage(path) => {
                    found.push(finding::text(Kind::Link, link, &Nearest::SimilarTo(path)));
                }
                Target::Path(target) if self.is_this_page(&target, url) => {
                    found.extend(self.missing_fragment(link, &target));
                }
                Target::Path(target) => Reference::add(&mut references, link, target),
            }
        }
        for texts in [&mut found, &mut references] {
            texts.sort_unstable();
            texts.dedup();
        }
        (found, references)
    }

    /// The mistakes that are not about links.
    fn mistakes(&self) -> Vec<String> {
        let html = self.html;
        let mut found = Vec::new();
        let mut add = |kind, link: &str| found.push(finding::text(kind, link, &Nearest::None));
        html.duplicate_ids.iter().for_each(|id| add(Kind::DuplicateId, &format!("#{id}")));
        html.without_alt.iter().for_each(|src| add(Kind::Alt, src));
        if !html.has_title {
            add(Kind::Title, "");
        }
        if !html.has_lang {
            add(Kind::Lang, "");
        }
        found
    }

    fn is_this_page(&self, target: &TargetPath, url: &str) -> bool {
        target.is_below_base
            && target.path == self.path.as_str()
            && target.has_slash == url.ends_with('/')
    }

    /// The finding of a link to this page, if its fragment matches no element.
    fn missing_fragment(&self, link: &str, target: &TargetPath) -> Option<String> {
        let fragment = target.fragment.as_ref().filter(|fragment| !self.html.has(fragment))?;
        let ids = self.html.ids.union(&self.html.names).map(String::as_str);
        let nearest = similar_fragment(link, fragment, ids);
        Some(finding::text(Kind::Fragment, link, &nearest))
    }
}

/// The ids that are compared with one that does not exist.
const COMPARED: usize = 1_000;

/// The same link with the most similar id.
pub(super) fn similar_fragment<'a>(
    link: &str,
    fragment: &str,
    ids: impl Iterator<Item = &'a str>,
) -> Nearest {
    // A longer text is unlikely to be a mistyped id, and takes long to compare.
    let ids = ids.filter(|id| id.len() <= 200).take(COMPARED);
    let nearest = if fragment.len() <= 200 { nearest(fragment, ids) } else { None };
    match (nearest, link.split_once('#')) {
        (Some(id), Some((page, _))) => Nearest::Known(field(&format!("{page}#{id}")).into_owned()),
        _ => Nearest::None,
    }
}
