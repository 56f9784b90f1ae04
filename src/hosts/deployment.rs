//! All that the hosts of a site are told, in one form for every host.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::config::header_rule::HeaderRule;
use crate::config::{Config, Host};
use crate::routing::redirect_rule::RedirectRule;

/// A built site, as its hosts have to answer for it.
///
/// All paths are those of URLs: percent-encoded and with base, for example `/docs/caf%C3%A9`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deployment<'a> {
    pub(crate) config: &'a Config,
    /// The hosts of the site.
    pub(crate) hosts: &'a [Host],
    /// The headers of kiln.toml; of two with the same name the later one counts.
    pub(crate) rules: &'a [HeaderRule],
    /// The redirects whose paths are known, sorted by `from`; no two have the same.
    pub(crate) redirects: &'a [Redirect],
    /// The rules of kiln.toml whose paths nobody lists, since they lead to another site or to pages rendered on
    /// request; in the order in which they are tried.
    pub(crate) patterns: &'a [&'a RedirectRule],
    /// What pages answered with, sorted by path. It goes before the rules of kiln.toml.
    pub(crate) headers: &'a [PageHeaders],
    /// The files of the site.
    pub(crate) files: &'a dyn Files,
}

/// A redirect from one path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Redirect {
    /// The canonical URL path.
    pub(crate) from: String,
    /// An absolute URL of `http` or `https`, or a path with a slash at its head; either may have a query and a fragment.
    pub(crate) to: String,
    /// 301, 302, 303, 307 or 308.
    pub(crate) status: u16,
    /// The HTML file that stands for it, below the out folder; none where the path is that of other data.
    pub(crate) file: Option<String>,
}

/// The headers of one page that its host would not send by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PageHeaders {
    /// The canonical URL path.
    pub(crate) path: String,
    /// Below the out folder, with `/`, not encoded.
    pub(crate) file: String,
    /// Names in lower case, and values that hold no control characters; a name more than once where the page has sent
    /// the header more than once.
    pub(crate) headers: Vec<(String, String)>,
}

/// A file of the site, a page or one of `public/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SiteFile {
    /// Below the out folder, with `/`, not encoded.
    pub(crate) name: String,
    /// The canonical URL path that it answers.
    pub(crate) path: String,
}

/// The files of a site, one after the other and never as a list: there may be a million.
pub(crate) trait Files: std::fmt::Debug {
    /// Calls a function for each file that answers a path, in the order of their names. Files that stand for a redirect are not
    /// among them.
    fn each(&self, see: &mut dyn FnMut(SiteFile) -> Result<()>) -> Result<()>;
}

/// What one host is given, and what it cannot be told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct HostFiles {
    /// Names below the out folder, with contents.
    pub(crate) files: Vec<(String, String)>,
    /// What the host does not take at all: limits that the site exceeds. Each fails the build.
    pub(crate) mistakes: Vec<Mistake>,
    /// What it cannot express, and serves without.
    pub(crate) lost: BTreeSet<Lost>,
}

/// A limit of a host that a site exceeds, or a rule that it would misunderstand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Lower case, without a full stop: `has 2,143 redirects, and Cloudflare takes 2,000`.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hint: String,
}

/// Something that a host cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lost {
    /// A header that a page has sent, or that a rule gives it beside others.
    Header {
        /// Of the page.
        path: String,
        /// Of the header, in lower case.
        name: String,
    },
    /// A header of a rule in kiln.toml.
    RuleHeader {
        /// The line of kiln.toml.
        line: u32,
        /// Of the header, in lower case.
        name: String,
    },
    /// A redirect from a path for which there is no HTML file either.
    Redirect {
        /// Its path.
        from: String,
    },
    /// A redirect of kiln.toml from paths that nobody lists.
    Pattern {
        /// The line of kiln.toml.
        line: u32,
    },
    /// The page for paths that no file answers: the site has none, and the host shows its own.
    NotFoundPage,
}

/// Headers by their names; of one that is sent more than once, the values in a list.
pub(crate) fn joined<'a>(
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> BTreeMap<String, String> {
    let mut joined: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers {
        match joined.get_mut(name) {
            Some(values) => values.extend([", ", value]),
            None => drop(joined.insert(name.to_owned(), value.to_owned())),
        }
    }
    joined
}

impl HostFiles {
    /// Leaves a redirect to its HTML file; without one, it is lost.
    pub(crate) fn leave_out(&mut self, redirect: &Redirect) {
        if redirect.file.is_none() {
            self.lost.insert(Lost::Redirect { from: redirect.from.clone() });
        }
    }
}

impl Deployment<'_> {
    /// The headers of a path: what its page answered with, and what the rules of kiln.toml add to it.
    pub(crate) fn headers_of(&self, path: &str) -> Vec<(&str, &str)> {
        let of_page = self.headers.binary_search_by(|page| page.path.as_str().cmp(path));
        let of_page = of_page.map(|at| self.headers[at].headers.as_slice()).unwrap_or_default();
        let mut headers: Vec<(&str, &str)> =
            of_page.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        for rule in self.rules.iter().rev().filter(|rule| rule.matches(path)) {
            let known: BTreeSet<&str> = headers.iter().map(|(name, _)| *name).collect();
            headers.extend(rule.headers.iter().filter(|(name, _)| !known.contains(name)));
        }
        headers
    }

    /// The redirects that no HTML file stands for.
    pub(crate) fn without_a_file(&self) -> BTreeSet<Lost> {
        let redirects = self.redirects.iter().filter(|redirect| redirect.file.is_none());
        let redirects = redirects.map(|redirect| Lost::Redirect { from: redirect.from.clone() });
        let patterns = self.patterns.iter().map(|rule| Lost::Pattern { line: rule.line });
        redirects.chain(patterns).collect()
    }

    /// The headers that a host does not send, whichever paths they are for.
    pub(crate) fn lost_headers(&self, is_sent: impl Fn(&str, &str) -> bool) -> BTreeSet<Lost> {
        let mut lost = BTreeSet::new();
        for page in self.headers {
            for (name, _) in page.headers.iter().filter(|(name, value)| !is_sent(name, value)) {
                lost.insert(Lost::Header { path: page.path.clone(), name: name.clone() });
            }
        }
        for rule in self.rules {
            for (name, _) in rule.headers.iter().filter(|(name, value)| !is_sent(name, value)) {
                lost.insert(Lost::RuleHeader { line: rule.line, name: (*name).to_owned() });
            }
        }
        lost
    }
}
