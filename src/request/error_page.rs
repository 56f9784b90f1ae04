//! Finds error pages: the `404.rs` of the nearest folder above a path, or the `500.rs` of the site.
//!
//! This is the only place that decides which error page answers.
//!
//! For a path below `docs/a`, the pages at `docs/a/404`, `docs/404` and `404` are tried in this order. A path lies in
//! the folder before its last slash, as on Cloudflare: `/docs/` lies in `docs`, and `/docs` does not. A rewrite to a
//! path without a page gets the 404 page of that path. nginx and Caddy get the same rule as a table of folders.

use anyhow::Result;
use http::{Method, StatusCode};

use crate::page::route::Route;
use crate::request::engine::Engine;
use crate::request::lookup::{Lookup, lookup};
use crate::request::target::ErrorPage;
use crate::routing::matching;
use crate::routing::page_path::{MAX_PATH, RoutePath};
use crate::routing::params::RawParams;
use crate::routing::request_path::RequestPath;
use crate::site::Site;

/// Finds the error page for a path, which is decoded, without the base, and with the trailing slash of the request.
///
/// # Errors
///
/// Fails if the `static_paths` of an error page is called and fails.
pub(crate) async fn find(
    engine: &dyn Engine,
    status: StatusCode,
    path: &str,
) -> Result<Option<ErrorPage>> {
    match status {
        StatusCode::NOT_FOUND => {
            for path in names(path).filter_map(|name| RoutePath::of_segments(&name)) {
                if let Some(page) = at(engine, &path, status).await? {
                    return Ok(Some(page));
                }
            }
            Ok(None)
        }
        StatusCode::INTERNAL_SERVER_ERROR => match RoutePath::of_segments("500") {
            Some(path) => at(engine, &path, status).await,
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// The path of the nearest 404 page that is a file, without `.html`.
#[cfg(feature = "server")]
pub(crate) fn file_name(path: &str, is_file: impl Fn(&str) -> bool) -> Option<String> {
    names(path).find(|name| is_file(name))
}

/// The paths of the 404 pages in the folders of a path, the nearest first.
///
/// As on hosts, the folder of a path ends at its last slash: `/docs/` is in `docs`, and `/docs` is not.
fn names(path: &str) -> impl Iterator<Item = String> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let ends = path.rmatch_indices('/').map(|(at, _)| at).filter(|at| *at <= MAX_PATH);
    ends.map(|at| format!("{}/404", &path[..at])).chain(std::iter::once("404".to_owned()))
}

/// The error page at its own path, such as `docs/404`. It is called as for a `GET`, regardless of the method.
///
/// # Errors
///
/// Fails if its `static_paths` fails.
pub(crate) async fn at(
    engine: &dyn Engine,
    path: &RoutePath,
    status: StatusCode,
) -> Result<Option<ErrorPage>> {
    for (route, params) in routes(engine.site(), path, status) {
        let page = match engine.is_built() && route.is_prerendered() {
            true => engine.error_file(path, status).map(|target| ErrorPage {
                route: Some(route),
                params,
                target,
            }),
            false => match lookup(engine, route, params, path, &Method::GET).await? {
                Lookup::Page(page) => Some(page.into()),
                Lookup::File | Lookup::Nothing => None,
            },
        };
        if page.is_some() {
            return Ok(page);
        }
    }
    let of_public = |target| ErrorPage { route: None, params: RawParams::new(), target };
    Ok(engine.error_file(path, status).map(of_public))
}

/// The error pages for a status whose pattern matches a path, in table order.
fn routes(
    site: &Site,
    path: &RoutePath,
    status: StatusCode,
) -> impl Iterator<Item = (&'static Route, RawParams)> {
    // This is called for each folder of a path, so only error pages are compared with it.
    let routes =
        site.routes.iter().filter(move |route| route.pattern.error_status() == Some(status));
    routes.filter_map(|route| Some((route, matching::params(&route.pattern, path)?)))
}

/// Converts the path of a URL to a path for [`find`]: the root if it is outside of the base or invalid.
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
    fn paths_outside_of_the_base_are_in_the_root() {
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
