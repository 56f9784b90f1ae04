//! The sources of the pages and redirects of a site.

use crate::page::route::Route;
use crate::routing::pattern::Pattern;
use crate::routing::redirect_rule::RedirectRule;
use crate::site::Site;

/// The source of a page or a redirect: a route, or a rule of kiln.toml.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    Route(&'static Route),
    Redirect(&'static RedirectRule),
}

impl Source {
    pub(crate) fn pattern(self) -> &'static Pattern {
        match self {
            Source::Route(route) => &route.pattern,
            Source::Redirect(rule) => &rule.source,
        }
    }

    /// The page file, or the location in kiln.toml.
    pub(crate) fn file(self) -> &'static str {
        match self {
            Source::Route(route) => route.file,
            Source::Redirect(rule) => rule.place,
        }
    }

    pub(crate) fn route(self) -> Option<&'static Route> {
        match self {
            Source::Route(route) => Some(route),
            Source::Redirect(_) => None,
        }
    }
}

impl Site {
    /// The source with an index. The routes come first, in table order, and then the redirects of kiln.toml.
    pub(crate) fn source(&self, index: usize) -> Option<Source> {
        match self.routes.get(index) {
            Some(route) => Some(Source::Route(route)),
            None => self.redirects.get(index - self.routes.len()).map(Source::Redirect),
        }
    }
}
