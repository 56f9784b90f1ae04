//! The page for a path without a page: the nearest pages and routes, and all routes.

use std::fmt::Write as _;

use http::{Response, StatusCode};

use super::html::escaped;
use super::page::Page;
use crate::proxy::body::ProxyBody;
use crate::site::message::{Entry, NotFound};

/// How many entries are suggested.
const MOST: usize = 5;

/// The page for a path without a page.
pub(crate) fn page(not_found: &NotFound, build: &str) -> Response<ProxyBody> {
    let NotFound { path, base, routes, pages } = not_found;
    let mut content = format!("<h1>No page at <code>{}</code></h1>\n", escaped(path));
    // A page is a better suggestion than the route that it belongs to.
    let near = nearest(below(base, path), pages.iter().chain(routes));
    if !near.is_empty() {
        content.push_str("<h2>Did you mean</h2>\n<ul class=\"kiln-routes\">\n");
        content.extend(near.into_iter().map(item));
        content.push_str("</ul>\n");
    }
    let _ = write!(content, "<h2>{}</h2>\n<ul class=\"kiln-routes\">\n", count(routes.len()));
    content.extend(routes.iter().map(item));
    content.push_str("</ul>\n<p class=\"kiln-note\">Visitors see the page of <code>src/pages/404.rs</code>, once there is one.</p>\n");
    let page = Page { title: "404 Not Found", content: &content, build, token: None };
    page.response(StatusCode::NOT_FOUND)
}

fn count(routes: usize) -> String {
    match routes {
        1 => "The only route".to_owned(),
        count => format!("All {count} routes"),
    }
}

fn item(entry: &Entry) -> String {
    let (name, file) = (escaped(&entry.name), escaped(&entry.file));
    let url = entry.url.as_deref().map(escaped);
    let shown = match url {
        Some(url) if name.contains('[') => {
            format!("<span>{name}, such as <a href=\"{url}\">{url}</a></span>")
        }
        Some(url) => format!("<a href=\"{url}\">{name}</a>"),
        None => format!("<span>{name}</span>"),
    };
    format!("<li>{shown} <code>{file}</code></li>\n")
}

/// The part of a path below the base.
fn below<'a>(base: &str, path: &'a str) -> &'a str {
    let below = path.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    below.unwrap_or(path)
}

/// The entries whose names are most like a path, the nearest first.
fn nearest<'a>(path: &str, entries: impl Iterator<Item = &'a Entry>) -> Vec<&'a Entry> {
    let path = path.trim_end_matches('/').to_lowercase();
    let mut near: Vec<(usize, &Entry)> = entries
        .filter_map(|entry| {
            let name = entry.name.trim_end_matches('/').to_lowercase();
            let most = name.chars().count().div_ceil(3);
            // Most names of a large site are far too long or too short.
            let may_be_near = name.contains('[') || name.len().abs_diff(path.len()) <= most;
            let distance = may_be_near.then(|| distance(&path, &name))?;
            (distance <= most).then_some((distance, entry))
        })
        .collect();
    near.sort_by_key(|(distance, _)| *distance);
    near.into_iter().take(MOST).map(|(_, entry)| entry).collect()
}

/// The number of changes between a path and a name: of characters, or of whole params, each of which is one change.
fn distance(path: &str, name: &str) -> usize {
    let path: Vec<&str> = path.split('/').collect();
    let name: Vec<&str> = name.split('/').collect();
    let pairs = path.len().max(name.len());
    (0..pairs)
        .map(|at| match (path.get(at), name.get(at)) {
            (Some(_), Some(name)) if name.contains('[') => 1,
            (Some(a), Some(b)) => strsim::osa_distance(a, b),
            (Some(rest), None) | (None, Some(rest)) => rest.chars().count() + 1,
            (None, None) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_entries_come_first() {
        let names = [
            "/posts/a-walk",
            "/posts/a-talk",
            "/",
            "/about",
            "/posts",
            "/posts/[slug]",
            "/posts/[slug].svg",
            "/feed.xml",
        ];
        let entry =
            |name: &&str| Entry { name: (*name).to_owned(), file: String::new(), url: None };
        let entries: Vec<Entry> = names.iter().map(entry).collect();
        for (path, expected) in [
            ("/abuot", vec!["/about"]),
            ("/ABOUT/", vec!["/about"]),
            ("/post", vec!["/posts"]),
            (
                "/posts/a-wlak",
                vec!["/posts/a-walk", "/posts/[slug]", "/posts/[slug].svg", "/posts/a-talk"],
            ),
            ("/posts/something", vec!["/posts/[slug]", "/posts/[slug].svg"]),
            ("/fed.xml", vec!["/feed.xml"]),
            ("/entirely-different", vec![]),
        ] {
            let near: Vec<&str> =
                nearest(path, entries.iter()).iter().map(|it| &*it.name).collect();
            assert_eq!(near, expected, "{path}");
        }
    }

    #[test]
    fn paths_are_compared_without_the_base() {
        assert_eq!(below("/b", "/b/about"), "/about");
        assert_eq!(below("/b", "/book"), "/book");
        assert_eq!(below("", "/about"), "/about");
    }
}
