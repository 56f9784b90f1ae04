//! Finds the page of an error: the `404.rs` of the nearest folder above a path, or the `500.rs` of the site.
//!
//! This is the only place that decides which error page answers. An [`Engine`] says what there is at one path.

use anyhow::Result;
use http::{Method, StatusCode};

use crate::page::context::Context;
use crate::page::route::Route;
use crate::request::engine::{Engine, Found, Landing};
use crate::routing::matching;
use crate::routing::page_path::{MAX_PATH, RoutePath};
use crate::routing::params::RawParams;
use crate::routing::request_path::RequestPath;
use crate::site::Site;

/// The page of an error that has not been called yet.
#[derive(Debug)]
pub(crate) struct ErrorPage {
    /// `None` for a file of `public/`.
    pub(crate) route: Option<&'static Route>,
    pub(crate) params: RawParams,
    pub(crate) landing: Landing,
}

impl ErrorPage {
    /// Makes a context that of the page, and gives what is to be called. The URL stays that of the request.
    pub(crate) fn take(self, ctx: &mut Context) -> Landing {
        let ErrorPage { route, params, landing } = self;
        match route {
            Some(route) => ctx.be_of(route, params),
            None => ctx.params = params,
        }
        landing
    }

    /// The same as a page that a rewrite leads to; `None` for a file of `public/`, which is no route.
    pub(crate) fn into_found(self) -> Option<Found> {
        let ErrorPage { route, params, landing } = self;
        Some(Found { route: route?, params, landing })
    }
}

impl From<Found> for ErrorPage {
    fn from(Found { route, params, landing }: Found) -> Self {
        ErrorPage { route: Some(route), params, landing }
    }
}

/// The page of an error for a path, which is decoded, without base, and ends in a slash where the request does.
///
/// # Errors
///
/// What `static_paths` of an error page fails with, where that has to be called.
pub(crate) async fn find(
    engine: &dyn Engine,
    status: StatusCode,
    path: &str,
) -> Result<Option<ErrorPage>> {
    match status {
        StatusCode::NOT_FOUND => {
            for path in names(path).filter_map(|name| RoutePath::of_segments(&name)) {
                if let Some(page) = engine.error_page(&path, status).await? {
                    return Ok(Some(page));
                }
            }
            Ok(None)
        }
        StatusCode::INTERNAL_SERVER_ERROR => match RoutePath::of_segments("500") {
            Some(path) => engine.error_page(&path, status).await,
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// The paths of the 404 pages of the folders that a path lies in, the nearest first.
///
/// A path lies in the folder before its last slash, as hosts see it: `/docs/` lies in `docs`, and `/docs` does not.
pub(crate) fn names(path: &str) -> impl Iterator<Item = String> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let ends = path.rmatch_indices('/').map(|(at, _)| at).filter(|at| *at <= MAX_PATH);
    ends.map(|at| format!("{}/404", &path[..at])).chain(std::iter::once("404".to_owned()))
}

/// The error pages of a site for a status whose pattern a path fits, in the order of the table.
pub(crate) fn routes(
    site: &Site,
    path: &RoutePath,
    status: StatusCode,
) -> impl Iterator<Item = (&'static Route, RawParams)> {
    // A path may lie in hundreds of folders, so only error pages are compared with it.
    let routes =
        site.routes.iter().filter(move |route| route.pattern.error_status() == Some(status));
    routes.filter_map(|route| Some((route, matching::params(&route.pattern, path)?)))
}

/// The error page of a route at one path, to be called; `None` where the route has no page there.
///
/// It is called as for a `GET`, whatever the method of the request that failed.
///
/// # Errors
///
/// What its `static_paths` fails with.
pub(crate) async fn called(
    route: &'static Route,
    params: RawParams,
    path: &RoutePath,
    turn: impl Send + 'static,
) -> Result<Option<ErrorPage>> {
    let found = match route.is_prerendered() {
        true => Found::prerendered(route, path, &Method::GET, turn).await?,
        false => route.takes(&params)?.then(|| Found::on_demand(route, params, &Method::GET)),
    };
    Ok(found.map(ErrorPage::from))
}

/// The part of a URL's path that [`find`] takes; the root for what lies outside of the base, and for what is no path.
pub(crate) fn path_below(base: &str, url_path: &str) -> String {
    let path = RequestPath::parse(url_path).ok().and_then(|path| path.below(base));
    path.map_or_else(|| "/".to_owned(), |path| path.display())
}

#[cfg(test)]
mod answers;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_comes_first() {
        for (path, expected) in [
            ("/", &["404"][..]),
            ("/docs", &["404"]),
            ("/docs/", &["docs/404", "404"]),
            ("/docs/a", &["docs/404", "404"]),
            ("/docs/a/b", &["docs/a/404", "docs/404", "404"]),
            ("/caf\u{e9} b/x", &["caf\u{e9} b/404", "404"]),
        ] {
            assert_eq!(names(path).collect::<Vec<_>>(), expected, "{path}");
        }
    }

    #[test]
    fn what_lies_outside_of_the_base_is_in_no_folder() {
        for (base, path, expected) in [
            ("", "/docs/a", "/docs/a"),
            ("", "/caf%C3%A9/", "/caf\u{e9}/"),
            ("/docs", "/docs/a", "/a"),
            ("/docs", "/docsx/a", "/"),
            ("/docs", "/a/b", "/"),
            ("", "/a//b", "/"),
        ] {
            assert_eq!(path_below(base, path), expected, "{base} {path}");
        }
    }
}
