//! A redirect of `kiln.toml`, as the generated code gives it: read and checked when the site is compiled.

use crate::route::{Part, Route};

/// A rule of `[redirects]`: from the paths of a pattern to another page, or to another site.
#[derive(Debug, Clone, Copy)]
pub struct RedirectRule {
    /// The pattern that it redirects from, as a route without endpoints whose file is `kiln.toml`.
    pub source: Route,
    /// Where it leads.
    pub target: RedirectTarget,
    /// One of 301, 302, 303, 307 and 308, where the rule says which.
    pub status: Option<u16>,
    /// The line of kiln.toml, from 1.
    pub line: u32,
    /// The column of kiln.toml, from 1, in characters.
    pub column: u32,
}

/// Where a redirect of `kiln.toml` leads. All params in it are params of the source.
#[derive(Debug, Clone, Copy)]
pub enum RedirectTarget {
    /// To another site. Texts are pieces of a URL and stand as they are; no param is in the name of the host.
    External(&'static [Part]),
    /// To a path of this site.
    Internal {
        /// The path as a pattern, below the base.
        path: Route,
        /// The query and the fragment, each with the character that it starts with; or nothing.
        tail: &'static str,
    },
}

#[expect(dead_code, reason = "redirects are written with the next commits")]
impl RedirectRule {
    /// The status in a static build.
    pub(crate) fn static_status(&self) -> u16 {
        self.status.unwrap_or(301)
    }

    /// Where the rule stands: `kiln.toml:12:1`.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}:{}", self.source.file, self.line, self.column)
    }
}
