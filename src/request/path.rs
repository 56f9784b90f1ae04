//! The path of a request to a site, parsed once.

use crate::routing::page_path::RoutePath;
use crate::routing::request_path::RequestPath;

/// The path of a request: the whole path, and the path below the base of the site.
#[derive(Debug, Clone)]
pub(crate) struct RequestedPath {
    /// `None` if the path is outside of the base.
    below_base: Option<RequestPath>,
    /// `None` if the site has no base, because both are the same then.
    whole: Option<RequestPath>,
}

impl RequestedPath {
    /// Splits the base of a site from the path of a request.
    pub(crate) fn new(path: RequestPath, base: &str) -> Self {
        match base {
            "" => RequestedPath { below_base: Some(path), whole: None },
            base => RequestedPath { below_base: path.clone().below(base), whole: Some(path) },
        }
    }

    /// The path below the base; `None` if it is outside of the base.
    pub(crate) fn below_base(&self) -> Option<&RequestPath> {
        self.below_base.as_ref()
    }

    /// The path as the path of a page; `None` if it is outside of the base or too long.
    pub(crate) fn route_path(&self) -> Option<&RoutePath> {
        self.below_base.as_ref()?.route_path()
    }

    /// The decoded path that pages and people see: without the base, or the whole path if it is outside of the base.
    pub(crate) fn shown(&self) -> String {
        self.below_base.as_ref().map_or_else(|| self.whole(), RequestPath::display)
    }

    /// The decoded path without the base; `None` if it is outside of the base.
    pub(crate) fn below_base_shown(&self) -> Option<String> {
        self.below_base.as_ref().map(RequestPath::display)
    }

    /// The decoded segments of the same path, joined with `/`.
    pub(crate) fn as_str(&self) -> &str {
        self.below_base.as_ref().or(self.whole.as_ref()).map_or("", RequestPath::as_str)
    }

    /// The whole decoded path.
    pub(crate) fn whole(&self) -> String {
        let path = self.whole.as_ref().or(self.below_base.as_ref());
        path.map(RequestPath::display).unwrap_or_default()
    }

    /// The path that decides which error page answers; the root for a path outside of the base.
    pub(crate) fn for_error_page(&self) -> String {
        self.below_base.as_ref().map_or_else(|| "/".to_owned(), RequestPath::display)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_with_and_without_its_base() {
        for (base, path, shown, whole, for_error_page) in [
            ("", "/docs/a", "/docs/a", "/docs/a", "/docs/a"),
            ("", "/caf%C3%A9/", "/caf\u{e9}/", "/caf\u{e9}/", "/caf\u{e9}/"),
            ("/docs", "/docs/a", "/a", "/docs/a", "/a"),
            ("/docs", "/docs", "/", "/docs", "/"),
            ("/docs", "/docsx/a", "/docsx/a", "/docsx/a", "/"),
        ] {
            let parsed = RequestedPath::new(RequestPath::parse(path).expect("a path"), base);
            assert_eq!(parsed.shown(), shown, "{base} {path}");
            assert_eq!(parsed.whole(), whole, "{base} {path}");
            assert_eq!(parsed.for_error_page(), for_error_page, "{base} {path}");
        }
    }
}
