//! The page for a path without a page: the nearest routes, and all of them.

use std::fmt::Write as _;

use http::{Response, StatusCode};

use super::html::escaped;
use super::page::Page;
use crate::proxy::body::ProxyBody;
use crate::site::message::{NotFound, RouteEntry};

/// How many routes are near.
const NEAREST: usize = 3;

/// The page for a path without a page.
pub(crate) fn page(not_found: &NotFound, build: &str) -> Response<ProxyBody> {
    let NotFound { path, routes } = not_found;
    let mut content = format!("<h1>No page at <code>{}</code></h1>\n", escaped(path));
    let near = nearest(path, routes);
    if !near.is_empty() {
        content.push_str("<h2>Did you mean</h2>\n<ul class=\"kiln-routes\">\n");
        for route in near {
            content.push_str(&entry(route));
        }
        content.push_str("</ul>\n");
    }
    let _ = write!(content, "<h2>All {} routes</h2>\n<ul class=\"kiln-routes\">\n", routes.len());
    for route in routes {
        content.push_str(&entry(route));
    }
    content.push_str("</ul>\n<p class=\"kiln-note\">Visitors see the page of <code>src/pages/404.rs</code>, once there is one.</p>\n");
    let page = Page { title: "404 Not Found", content: &content, build, token: None };
    page.response(StatusCode::NOT_FOUND)
}

fn entry(route: &RouteEntry) -> String {
    let RouteEntry { pattern, file, url } = route;
    let (pattern, file) = (escaped(pattern), escaped(file));
    let shown = match url {
        Some(url) => format!("<a href=\"{}\">{pattern}</a>", escaped(url)),
        None => format!("<span>{pattern}</span>"),
    };
    format!("<li>{shown} <code>{file}</code></li>\n")
}

/// The routes whose patterns are most like a path, the nearest first.
fn nearest<'a>(path: &str, routes: &'a [RouteEntry]) -> Vec<&'a RouteEntry> {
    let path = path.trim_end_matches('/').to_lowercase();
    let mut near: Vec<(usize, &RouteEntry)> = routes
        .iter()
        .map(|route| (distance(&path, &route.pattern.to_lowercase()), route))
        .filter(|(distance, route)| *distance <= route.pattern.chars().count().div_ceil(3))
        .collect();
    near.sort_by_key(|(distance, _)| *distance);
    near.into_iter().take(NEAREST).map(|(_, route)| route).collect()
}

/// The number of changes between a path and a pattern: of characters, or of whole params, which are one change each.
fn distance(path: &str, pattern: &str) -> usize {
    let path: Vec<&str> = path.split('/').collect();
    let pattern: Vec<&str> = pattern.split('/').collect();
    let pairs = path.len().max(pattern.len());
    (0..pairs)
        .map(|at| match (path.get(at), pattern.get(at)) {
            (Some(_), Some(pattern)) if pattern.contains('[') => 1,
            (Some(a), Some(b)) => strsim::damerau_levenshtein(a, b),
            (Some(rest), None) | (None, Some(rest)) => rest.chars().count() + 1,
            (None, None) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_routes_come_first() {
        let patterns = ["/", "/about", "/posts", "/posts/[slug]", "/posts/[slug].svg", "/feed.xml"];
        let route = |pattern: &&str| RouteEntry {
            pattern: (*pattern).to_owned(),
            file: String::new(),
            url: None,
        };
        let routes: Vec<RouteEntry> = patterns.iter().map(route).collect();
        for (path, expected) in [
            ("/abuot", vec!["/about"]),
            ("/ABOUT/", vec!["/about"]),
            ("/post", vec!["/posts"]),
            ("/posts/a-walk", vec!["/posts/[slug]", "/posts/[slug].svg"]),
            ("/fed.xml", vec!["/feed.xml"]),
            ("/entirely-different", vec![]),
        ] {
            let near: Vec<&str> = nearest(path, &routes).iter().map(|it| &*it.pattern).collect();
            assert_eq!(near, expected, "{path}");
        }
    }
}
