//! What a build recorded of its files.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::lines::Lines;
use crate::build::built::{self, Digest, View};
use crate::build::redirects::written::RedirectList;
use crate::hosts;
use crate::site::Site;

/// How often an out folder is read again if it changes in the meantime.
const ATTEMPTS: usize = 100;

/// The files that a build wrote into a folder.
///
/// The path of a request is never joined to the folder. Only names of kiln's record are opened.
#[derive(Debug)]
pub(crate) struct Files {
    pub(super) site: &'static Site,
    pub(super) view: Arc<View>,
    index: Arc<Index>,
}

/// What a build recorded of its files.
#[derive(Debug, Default)]
struct Index {
    /// By name in NFC, like the paths of requests. The text is the digest and, if the file has another form of the name, a tab and
    /// that name.
    names: Lines,
    /// The headers of pages as JSON, by file.
    sent: Lines,
    redirects: RedirectList,
    is_built: bool,
}

impl Files {
    /// Reads the record of a folder. If that fails, there are no files, and the error says why.
    pub(crate) fn open(site: &'static Site, out: &Path) -> (Self, Result<()>) {
        let mut attempts = 0;
        loop {
            let view = View::open(out);
            let index = Index::read(site, &view);
            attempts += 1;
            if view.is_current() || attempts == ATTEMPTS {
                let (index, opened) = match index {
                    Ok(index) => (index, Ok(())),
                    Err(error) => (Index::default(), Err(error)),
                };
                return (Files { site, view: Arc::new(view), index: Arc::new(index) }, opened);
            }
        }
    }

    /// The current files. Those of the same build are not read again.
    pub(crate) fn open_again(&self) -> (Self, Result<()>) {
        let view = View::open(self.view.out());
        if self.is_built() && view.has_site_of(&self.view) && view.is_current() {
            let index = Arc::clone(&self.index);
            return (Files { site: self.site, view: Arc::new(view), index }, Ok(()));
        }
        Files::open(self.site, self.view.out())
    }

    /// Returns true if and only if the folder has not changed since it was read. This may wait for the disk.
    pub(crate) fn are_current(&self) -> bool {
        self.view.is_current()
    }

    /// Returns true if and only if the folder has a build with a valid record.
    pub(crate) fn is_built(&self) -> bool {
        self.index.is_built
    }

    /// How long ago the build finished; the longest time if that is unknown.
    pub(crate) fn age(&self) -> Duration {
        let age = self.view.written().and_then(|written| written.elapsed().ok());
        age.unwrap_or(Duration::MAX)
    }

    /// Returns true if and only if both are of the same build.
    pub(crate) fn are_those_of(&self, others: &Files) -> bool {
        Arc::ptr_eq(&self.index, &others.index)
    }

    /// The redirects of the build.
    pub(crate) fn redirects(&self) -> &RedirectList {
        &self.index.redirects
    }

    /// A name as in the record.
    pub(super) fn name(&self, name: &str) -> Option<&str> {
        self.index.find(name).map(|(name, _)| name)
    }

    /// The recorded digest of a file.
    pub(super) fn digest(&self, name: &str) -> Option<Digest> {
        Digest::parse(self.index.find(name)?.1)
    }

    /// The headers that the page of a file has set, beside those that follow from the name of the file.
    pub(super) fn sent(&self, name: &str) -> Vec<(String, String)> {
        let sent = self.index.sent.find(name).and_then(|(_, text)| read_headers(text?));
        sent.unwrap_or_default()
    }
}

impl Index {
    fn read(site: &Site, view: &View) -> Result<Self> {
        let of_hosts = hosts::reserved(site.hosts);
        let mut names = String::new();
        for recorded in built::names(&built::record(view)?) {
            let (name, digest) = recorded?;
            if of_hosts.contains(&&*name) {
                continue;
            }
            let digest = digest.map_or_else(String::new, |digest| digest.to_string());
            if is_nfc(&name) {
                names.extend([&name, "\t", &digest]);
            } else {
                names.extend(name.nfc());
                names.extend(["\t", &digest, "\t", &name]);
            }
            names.push('\n');
        }
        let sent = Lines::new(built::sent(view)?)?;
        let is_readable = |text: Option<&str>| text.and_then(read_headers).is_some();
        if !sent.iter().all(|(_, text)| is_readable(text)) {
            bail!(built::damaged_list(view.out()));
        }
        let redirects = RedirectList::read(view)?;
        Ok(Index { names: Lines::new(names)?, sent, redirects, is_built: true })
    }

    /// The recorded form of a name, and the text of its digest.
    fn find(&self, name: &str) -> Option<(&str, &str)> {
        let name = match is_nfc(name) {
            true => Cow::Borrowed(name),
            false => name.nfc().collect(),
        };
        let (key, text) = self.names.find(&name)?;
        let text = text.unwrap_or_default();
        Some(text.split_once('\t').map_or((key, text), |(digest, name)| (name, digest)))
    }
}

fn read_headers(text: &str) -> Option<Vec<(String, String)>> {
    serde_json::from_str(text).ok()
}
