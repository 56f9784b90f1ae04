//! Everything that a host needs to know about a site, in one form for all hosts.

use anyhow::Result;

use crate::config::header_rule::HeaderRule;
use crate::config::{Config, Host};
use crate::routing::redirect_rule::RedirectRule;
use crate::text::sorted::SortedMap;

/// A built site as its hosts have to serve it.
///
/// All paths are URL paths: percent-encoded and with the base, for example `/docs/caf%C3%A9`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deployment<'a> {
    pub(crate) config: &'a Config,
    /// The hosts of the site.
    pub(crate) hosts: &'a [Host],
    /// The headers of kiln.toml; of two with the same name the later one counts.
    pub(crate) rules: &'a [HeaderRule],
    /// The redirects from known paths, sorted by `from`, which is unique.
    pub(crate) redirects: &'a [Redirect],
    /// The redirects of kiln.toml that match patterns: they lead to another site or to pages rendered on request. The
    /// first match wins.
    pub(crate) patterns: &'a [&'a RedirectRule],
    /// The headers that pages set, sorted by path. They override the rules of kiln.toml.
    pub(crate) headers: &'a [PageHeaders],
    /// The files of the site.
    pub(crate) files: &'a dyn Files,
}

/// A redirect from one path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Redirect {
    /// The canonical URL path.
    pub(crate) from: String,
    /// An absolute URL with `http` or `https`, or a path that starts with a slash; either may have a query and a
    /// fragment.
    pub(crate) to: String,
    /// 301, 302, 303, 307 or 308.
    pub(crate) status: u16,
    /// The HTML file of the redirect, relative to the out folder; `None` if the path has an extension other than
    /// `.html`.
    pub(crate) file: Option<String>,
}

/// The headers of one page that a host would not send by default.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PageHeaders {
    /// The canonical URL path.
    pub(crate) path: String,
    /// Relative to the out folder, with `/`, not encoded.
    pub(crate) file: String,
    /// Names in lower case, and values without control characters. A name occurs once for each time that the page set
    /// the header.
    pub(crate) headers: Vec<(String, String)>,
}

/// A file of the site, a page or one of `public/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SiteFile {
    /// Relative to the out folder, with `/`, not encoded.
    pub(crate) name: String,
    /// The canonical URL path at which it is served.
    pub(crate) path: String,
}

/// The files of a site. They are visited one after the other and never collected into a list: there may be a million.
pub(crate) trait Files: std::fmt::Debug {
    /// Calls a function for each file that is served at a path, sorted by name. The HTML files of redirects are left
    /// out.
    fn for_each(&self, visit: &mut dyn FnMut(SiteFile) -> Result<()>) -> Result<()>;
}

/// The output for one host, and what the host does not support.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct HostFiles {
    /// Names relative to the out folder, with contents.
    pub(crate) files: Vec<(String, String)>,
    /// Limits of the host that the site exceeds. Each fails the build.
    pub(crate) mistakes: Vec<Mistake>,
    /// Features of the site that the host cannot express, and serves without. They are in any order, and some several times.
    pub(crate) unsupported: Vec<Unsupported>,
}

/// A limit of a host that a site exceeds, or a rule that the host would misread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Lower case, without a full stop: `has 2,143 redirects, but Cloudflare allows 2,000`.
    pub(crate) message: String,
    /// How to fix it.
    pub(crate) hint: String,
}

/// A feature of a site that a host cannot express.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unsupported {
    /// A header that a page sets, or that several rules add to it.
    Header {
        /// The path of the page.
        path: String,
        /// The name of the header, in lower case.
        name: String,
    },
    /// A header of a rule in kiln.toml.
    RuleHeader {
        /// The line in kiln.toml.
        line: u32,
        /// The name of the header, in lower case.
        name: String,
    },
    /// A redirect that has no HTML file either.
    Redirect {
        /// The path of the redirect.
        from: String,
    },
    /// A redirect of kiln.toml that matches a pattern.
    Pattern {
        /// The line in kiln.toml.
        line: u32,
    },
    /// The 404 page: the site has none, and the host shows its own.
    NotFoundPage,
}

/// Headers by name. The values of a repeated header are joined by commas.
pub(crate) fn joined<'a>(
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> SortedMap<String, String> {
    let mut joined: SortedMap<String, String> = SortedMap::default();
    for (name, value) in headers {
        let name = name.to_owned();
        match joined.get_mut(&name) {
            Some(values) => {
                values.push_str(", ");
                values.push_str(value);
            }
            None => drop(joined.insert(name, value.to_owned())),
        }
    }
    joined
}

/// The headers that a page sets, and those that rules add to its path.
pub(crate) fn with_rules<'a>(
    of_page: &'a [(String, String)],
    rules: &'a [HeaderRule],
    path: &str,
) -> Vec<(&'a str, &'a str)> {
    let of_page = of_page.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut headers: Vec<(&str, &str)> = of_page.collect();
    for rule in rules.iter().rev().filter(|rule| rule.matches(path)) {
        let before = headers.len();
        for (name, value) in rule.headers {
            if !headers[..before].iter().any(|(known, _)| known == name) {
                headers.push((name, value));
            }
        }
    }
    headers
}

impl HostFiles {
    /// Falls back to the HTML file of a redirect. Without one, the redirect is unsupported.
    pub(crate) fn fall_back_to_html(&mut self, redirect: &Redirect) {
        if redirect.file.is_none() {
            self.unsupported.push(Unsupported::Redirect { from: redirect.from.clone() });
        }
    }
}

impl Deployment<'_> {
    /// The headers of a path: those that its page sets, and those that the rules of kiln.toml add.
    pub(crate) fn headers_of(&self, path: &str) -> Vec<(&str, &str)> {
        let of_page = self.headers.binary_search_by(|page| page.path.as_str().cmp(path));
        let of_page = of_page.map(|at| self.headers[at].headers.as_slice()).unwrap_or_default();
        with_rules(of_page, self.rules, path)
    }

    /// The redirects without an HTML file.
    pub(crate) fn without_a_file(&self) -> Vec<Unsupported> {
        let mut unsupported = Vec::new();
        for redirect in self.redirects.iter().filter(|redirect| redirect.file.is_none()) {
            unsupported.push(Unsupported::Redirect { from: redirect.from.clone() });
        }
        for rule in self.patterns {
            unsupported.push(Unsupported::Pattern { line: rule.line });
        }
        unsupported
    }

    /// The headers that a host does not send, whatever their paths.
    pub(crate) fn unsupported_headers(
        &self,
        is_sent: impl Fn(&str, &str) -> bool,
    ) -> Vec<Unsupported> {
        let mut unsupported = Vec::new();
        for page in self.headers {
            for (name, _) in page.headers.iter().filter(|(name, value)| !is_sent(name, value)) {
                unsupported
                    .push(Unsupported::Header { path: page.path.clone(), name: name.clone() });
            }
        }
        for rule in self.rules {
            for (name, _) in rule.headers.iter().filter(|(name, value)| !is_sent(name, value)) {
                unsupported
                    .push(Unsupported::RuleHeader { line: rule.line, name: (*name).to_owned() });
            }
        }
        unsupported
    }
}
