//! A reference to a page of a site.

use crate::build::output::naming::Naming;
use crate::page::route::Route;
use crate::request::{exit, panics};
use crate::routing::page_path::RoutePath;
use crate::site::Site;
use crate::site::source::Source;

/// A reference to a page of a route, or to a route as a whole, for messages and for the name of the file.
#[derive(Debug, Clone)]
pub(crate) struct PageRef {
    pub(crate) route_index: usize,
    pub(crate) naming: Naming,
    /// `None` for the route as a whole.
    pub(crate) path: Option<RoutePath>,
    /// The index of the page in the list of `static_paths`.
    pub(crate) item: u32,
}

impl PageRef {
    pub(crate) fn of_route(route: &'static Route, route_index: usize) -> Self {
        let source = Source::Route(route);
        let naming = Naming::of(source, route.config);
        PageRef { route_index, naming, path: None, item: 0 }
    }

    /// The route or redirect with an index; see [`Site::source`].
    pub(crate) fn of_source(site: &Site, index: usize) -> Option<Self> {
        let source = site.source(index)?;
        let naming = Naming::of(source, site.config);
        Some(PageRef { route_index: index, naming, path: None, item: 0 })
    }

    /// The source of the page.
    pub(crate) fn source(&self) -> Source {
        self.naming.source
    }

    pub(super) fn subject(&self) -> String {
        match &self.path {
            Some(path) => path.display(),
            None => match self.source() {
                Source::Route(route) => format!("static_paths of {}", route.pattern),
                Source::Redirect(rule) => rule.source.text.to_owned(),
            },
        }
    }

    pub(super) fn shown(&self) -> String {
        let (file, pattern) = (self.source().file(), self.source().pattern());
        if self.path.as_ref().is_none_or(|path| path.display() == pattern.text) {
            return file.to_owned();
        }
        format!("{file} (route {pattern})")
    }
}

/// Calls code of a page. A panic is kept for the report, and not printed into the progress.
pub(crate) fn within_page<T>(place: &PageRef, call: impl FnOnce() -> T) -> T {
    let path = place.path.as_ref().map_or("", |path| path.as_str());
    panics::unprinted(|| exit::within_page(place.source().route(), path, call))
}
