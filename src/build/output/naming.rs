//! How the files of a route are named.

use crate::config::Config;
use crate::page::route::Route;
use crate::routing::page_path::RoutePath;
use crate::routing::pattern::Pattern;
use crate::site::source::Source;

/// The naming of the files of a route or a redirect. It is looked up once for all its pages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Naming {
    pub(crate) source: Source,
    pub(super) config: &'static Config,
    /// The media type of the extension of the pattern, if it has one.
    media_type: Option<&'static str>,
}

impl Naming {
    pub(crate) fn of(source: Source, config: &'static Config) -> Self {
        Naming { source, config, media_type: source.pattern().media_type() }
    }

    pub(crate) fn pattern(&self) -> &'static Pattern {
        self.source.pattern()
    }

    /// The canonical URL path of a page.
    pub(crate) fn url(&self, path: &RoutePath) -> String {
        path.url(self.pattern(), self.config)
    }

    /// The media type of all files of the route, if its pattern ends in a known extension.
    pub(crate) fn media_type(&self) -> Option<&'static str> {
        self.media_type
    }

    /// Returns true if and only if the page file is an `index.rs`.
    pub(super) fn is_index(&self) -> bool {
        self.source.route().is_some_and(Route::is_index)
    }
}
