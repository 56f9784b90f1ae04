//! Sites for the tests of hosts, in the form of a [`Deployment`].

use anyhow::Result;
use percent_encoding::percent_decode_str;

use super::deployment::{Deployment, Files, PageHeaders, Redirect, SiteFile};
use crate::config::Config;
use crate::config::header_rule::HeaderRule;
use crate::routing::redirect_rule::RedirectRule;
use crate::support::{self, leak};

/// A builder for a site.
#[derive(Debug)]
pub(super) struct Example {
    config: Config,
    rules: Vec<HeaderRule>,
    redirects: Vec<Redirect>,
    patterns: Vec<&'static RedirectRule>,
    headers: Vec<PageHeaders>,
    files: List,
}

#[derive(Debug, Default)]
struct List(Vec<SiteFile>);

impl Files for List {
    fn for_each(&self, visit: &mut dyn FnMut(SiteFile) -> Result<()>) -> Result<()> {
        self.0.iter().try_for_each(|file| visit(file.clone()))
    }
}

impl Example {
    pub(super) fn new(config: Config) -> Self {
        Example {
            config,
            rules: Vec::new(),
            redirects: Vec::new(),
            patterns: Vec::new(),
            headers: Vec::new(),
            files: List::default(),
        }
    }

    pub(super) fn redirect(mut self, from: &str, to: &str, status: u16) -> Self {
        let name = from.strip_prefix(self.config.base).expect("a path below the base");
        let name = percent_decode_str(name.trim_matches('/')).decode_utf8_lossy().into_owned();
        let file = match name.rsplit_once('.').map(|(_, extension)| extension) {
            Some("json" | "txt") => None,
            Some("html") => Some(name),
            _ => Some(format!("{name}/index.html")),
        };
        self.redirects.push(Redirect { from: from.to_owned(), to: to.to_owned(), status, file });
        self.redirects.sort();
        self
    }

    /// Adds a rule of `[redirects]`, on the line after the previous one.
    pub(super) fn pattern(mut self, from: &str, to: &str, status: Option<u16>) -> Self {
        let rule = support::redirect_rule(from, to, status);
        let line = u32::try_from(self.patterns.len() + 1).expect("few rules");
        self.patterns.push(leak(RedirectRule { line, ..rule }));
        self
    }

    /// Adds a rule of `[headers]`, on the line after the previous one.
    pub(super) fn rule(mut self, path: &str, name: &'static str, value: &'static str) -> Self {
        let path: &'static str = leak(path.to_owned());
        let (before, after) = match path.split_once('*') {
            Some((before, after)) => (before, Some(after)),
            None => (path, None),
        };
        let line = u32::try_from(self.rules.len() + 1).expect("few rules");
        let headers = vec![(name, value)].leak();
        self.rules.push(HeaderRule { before, after, headers, line });
        self
    }

    pub(super) fn file(mut self, name: &str, path: &str) -> Self {
        self.files.0.push(SiteFile { name: name.to_owned(), path: path.to_owned() });
        self.files.0.sort_by(|one, other| one.name.cmp(&other.name));
        self
    }

    /// Adds a file whose page sets headers.
    pub(super) fn page(mut self, file: &str, path: &str, headers: &[(&str, &str)]) -> Self {
        let headers =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.headers.push(PageHeaders { path: path.to_owned(), file: file.to_owned(), headers });
        self.headers.sort();
        self.file(file, path)
    }

    pub(super) fn deployment(&self) -> Deployment<'_> {
        Deployment {
            config: &self.config,
            hosts: &[],
            rules: &self.rules,
            redirects: &self.redirects,
            patterns: &self.patterns,
            headers: &self.headers,
            files: &self.files,
        }
    }
}
