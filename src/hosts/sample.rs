//! Sites for the tests of hosts, in the form of a [`Deployment`].

use anyhow::Result;

use super::deployment::{Deployment, Files, PageHeaders, Redirect, SiteFile};
use crate::config::Config;
use crate::config::header_rule::HeaderRule;
use crate::routing::redirect_rule::RedirectRule;
use crate::support::{self, CONFIG, leak};

/// A builder for a site.
#[derive(Debug)]
pub(super) struct Sample {
    config: &'static Config,
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

/// A rule of `[headers]`, by its path with or without a star.
pub(super) fn rule(path: &str, line: u32, headers: &[(&'static str, &'static str)]) -> HeaderRule {
    let path: &'static str = leak(path.to_owned());
    let (before, after) = match path.split_once('*') {
        Some((before, after)) => (before, Some(after)),
        None => (path, None),
    };
    HeaderRule { before, after, headers: leak(headers.to_vec()), line }
}

impl Sample {
    /// A site with these rules of `[headers]`.
    pub(super) fn new(rules: &[HeaderRule], base: &'static str) -> Self {
        Sample {
            config: leak(Config { base, ..CONFIG }),
            rules: rules.to_vec(),
            redirects: Vec::new(),
            patterns: Vec::new(),
            headers: Vec::new(),
            files: List::default(),
        }
    }

    /// Adds a redirect, with an HTML file unless its path has an extension.
    pub(super) fn redirect(self, from: &str, to: &str, status: u16) -> Self {
        let path = from.strip_prefix(self.config.base).expect("a path with base");
        let path = percent_encoding::percent_decode_str(path.trim_matches('/'));
        let path = path.decode_utf8().expect("UTF-8").into_owned();
        let has_extension = path.strip_suffix(".json").is_some();
        let file = (!has_extension).then(|| format!("{path}/index.html"));
        self.redirect_by(from, to, status, file)
    }

    /// Adds a redirect with the given HTML file, or without one.
    pub(super) fn redirect_by(
        mut self,
        from: &str,
        to: &str,
        status: u16,
        file: Option<String>,
    ) -> Self {
        self.redirects.push(Redirect { from: from.to_owned(), to: to.to_owned(), status, file });
        self.redirects.sort();
        self
    }

    /// Adds a rule of `[redirects]`. A target that is a path may have a fragment.
    pub(super) fn pattern(mut self, from: &str, to: &str, line: u32) -> Self {
        let rule = support::redirect_rule(from, to, None);
        self.patterns.push(leak(RedirectRule { line, ..rule }));
        self
    }

    /// Adds a file at a path, with the headers that its page sets.
    pub(super) fn file(mut self, path: &str, name: &str, headers: &[(&str, &str)]) -> Self {
        let (path, name) = (path.to_owned(), name.to_owned());
        if !headers.is_empty() {
            let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            let headers = headers.collect();
            self.headers.push(PageHeaders { path: path.clone(), file: name.clone(), headers });
            self.headers.sort();
        }
        self.files.0.push(SiteFile { name, path });
        self.files.0.sort_by(|a, b| a.name.cmp(&b.name));
        self
    }

    pub(super) fn deployment(&self) -> Deployment<'_> {
        let Sample { config, rules, redirects, patterns, headers, files } = self;
        Deployment { config, hosts: &[], rules, redirects, patterns, headers, files }
    }
}
