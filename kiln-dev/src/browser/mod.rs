//! What browsers get from this program itself: a script, the overlay with errors, and pages in place of those of the site.
//!
//! Texts from elsewhere are never HTML, and never a path.

pub(crate) mod ansi;
pub(crate) mod editor;
mod events;
pub(crate) mod failure;
mod html;
pub(crate) mod open;
pub(crate) mod page;
pub(crate) mod routes;

use std::sync::Arc;

use http::request::Parts;
use http::{Method, Response, StatusCode};
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::json;

use self::editor::Opened;
use crate::proxy::body::{ProxyBody, plain, read, response};
use crate::state::Shared;

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The files of this program by their names below `/_kiln/`.
const FILES: [(&str, &str, &str); 6] = [
    ("dev.js", SCRIPT, include_str!("files/dev.js")),
    ("swap.js", SCRIPT, include_str!("files/swap.js")),
    ("overlay.js", SCRIPT, include_str!("files/overlay.js")),
    ("editor.js", SCRIPT, include_str!("files/editor.js")),
    ("page.js", SCRIPT, include_str!("files/page.js")),
    ("kiln.css", "text/css; charset=utf-8", include_str!("files/kiln.css")),
];

/// The most bytes of a request to open a place.
const MOST_BYTES: usize = 4 << 10;

/// The element that is inserted into each page.
pub(crate) fn script(build: &str) -> String {
    format!("<script src=\"/_kiln/dev.js\" data-build=\"{build}\" async></script>")
}

/// Answers a request for a path below `/_kiln/`.
pub(crate) async fn answer(
    head: Parts,
    body: Incoming,
    is_of_own_page: bool,
    shared: Arc<Shared>,
) -> Response<ProxyBody> {
    let name = head.uri.path().strip_prefix("/_kiln/").unwrap_or_default();
    match (name, &head.method) {
        ("open", _) if !is_of_own_page => {
            plain(StatusCode::FORBIDDEN, "only a page of `cargo dev` can open a file\n")
        }
        ("open", _) => open(body, shared).await,
        (_, method) if *method != Method::GET => {
            plain(StatusCode::METHOD_NOT_ALLOWED, "405 Method Not Allowed\n")
        }
        ("events", _) => events::stream(&head, shared),
        _ => match FILES.iter().find(|(file, ..)| *file == name) {
            Some((_, kind, text)) => response(StatusCode::OK, kind, *text),
            None => plain(StatusCode::NOT_FOUND, "404 Not Found\n"),
        },
    }
}

/// The body of a request to open a place.
#[derive(Deserialize)]
struct Asked {
    token: String,
    entry: usize,
}

async fn open(body: Incoming, shared: Arc<Shared>) -> Response<ProxyBody> {
    let bytes = read(body, MOST_BYTES).await;
    let asked = bytes.and_then(|bytes| serde_json::from_slice::<Asked>(&bytes).ok());
    let Some(asked) = asked.filter(|asked| asked.token == shared.editor.token) else {
        return plain(StatusCode::FORBIDDEN, "only a page of `cargo dev` can open a file\n");
    };
    match shared.editor.open(asked.entry) {
        Ok(Some(Opened::Address(url))) => {
            response(StatusCode::OK, "application/json", json!({ "url": url }).to_string())
        }
        Ok(Some(Opened::Started)) => response(StatusCode::OK, "application/json", "{}"),
        Ok(None) => plain(StatusCode::NOT_FOUND, "this error is gone: reload the page\n"),
        Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}\n")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_loads_little() {
        assert!(script("0123abcd-1000000").len() < 100);
        let (_, _, text) = FILES.iter().find(|(name, ..)| *name == "dev.js").expect("a script");
        assert!(text.len() < 1800, "the other files are loaded when they are needed");
    }
}
