//! The headers of pages that hosts would not send by default.

pub(crate) mod collector;
pub(crate) mod list;

use anyhow::Result;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use self::collector::OwnedHeaders;
use crate::build::manifest::Owner;
use crate::build::report::diagnostic::{Diagnostic, PageRef};
use crate::build::report::warning::Kind;
use crate::build::state::Build;
use crate::hosts::deployment::PageHeaders;
use crate::page::content_type;
use crate::routing::media_type;
use crate::routing::page_path::RoutePath;
use crate::text::sorted::sorted_by;

/// Headers that belong to a single transfer, or that hosts get in another way.
const OF_THE_TRANSFER: [HeaderName; 10] = [
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::DATE,
    header::TE,
    header::TRAILER,
    header::UPGRADE,
    header::ACCEPT_RANGES,
    header::CONTENT_RANGE,
    HeaderName::from_static("keep-alive"),
];

/// Keeps the headers of a page.
///
/// # Errors
///
/// Fails for a cookie and for a value that is not text.
pub(crate) fn keep(
    build: &Build,
    place: &PageRef,
    path: &RoutePath,
    file: &str,
    headers: &HeaderMap,
) -> Result<(), Diagnostic> {
    // Most pages only have the content type that follows from the name of their file.
    let guess = place.naming.media_type().or_else(|| media_type::of_extension(file));
    let is_default =
        |value: &HeaderValue| guess.is_some_and(|guess| content_type::is_type(guess, value));
    if headers.len() == 1 && content_type::of_headers(headers).is_some_and(is_default) {
        return Ok(());
    }
    let mut kept = Vec::new();
    for (name, value) in headers {
        let is_default = name == header::CONTENT_TYPE && is_default(value);
        if !is_default && !OF_THE_TRANSFER.contains(name) {
            kept.push((name.as_str().to_owned(), text(place, name, value)?));
        }
    }
    if !kept.is_empty() {
        // Sorted by name; the values of one name keep their order.
        let kept = sorted_by(kept, |(a, _), (b, _)| a.cmp(b));
        let for_hosts =
            PageHeaders { path: place.naming.url(path), file: file.into(), headers: kept };
        build.headers.push(OwnedHeaders { for_hosts, owner: Owner::route(place.route_index) });
    }
    Ok(())
}

fn text(place: &PageRef, name: &HeaderName, value: &HeaderValue) -> Result<String, Diagnostic> {
    if name == header::SET_COOKIE {
        return Err(cookie(place, "sets a cookie"));
    }
    let text = value.to_str().map(|text| text.replace('\t', " "));
    text.map_err(|_| {
        Diagnostic::at(place, format!("sets the header `{name}` to a value that is not ASCII"))
            .hint("percent-encode its value, or remove it")
    })
}

/// The failure of a page that sets a cookie.
pub(crate) fn cookie(place: &PageRef, message: &str) -> Diagnostic {
    Diagnostic::at(place, message).hint(
        "static files cannot set cookies: remove it, or render the page on request with `pub const PRERENDER: bool = false;`",
    )
}

/// Checks the headers of a redirect besides its target, which no static host can send.
///
/// # Errors
///
/// Like [`keep`].
pub(crate) fn check_redirect(
    build: &Build,
    place: &PageRef,
    headers: &HeaderMap,
) -> Result<(), Diagnostic> {
    for (name, value) in headers {
        if [header::LOCATION, header::CONTENT_TYPE].contains(name) || OF_THE_TRANSFER.contains(name)
        {
            continue;
        }
        text(place, name, value)?;
        if !build.site.hosts.is_empty() {
            let warning =
                Diagnostic::at(place, format!("sets the header `{name}` on its redirect"))
                    .hint("no static host supports it: remove it");
            build.warnings.add(Kind::Header, warning);
        }
    }
    Ok(())
}
