//! The headers that pages send, as far as a host would not send them by itself.

pub(crate) mod list;
pub(crate) mod sent;

use anyhow::Result;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use self::sent::Sent;
use crate::build::manifest::Owner;
use crate::build::report::failure::{Failure, Place};
use crate::build::report::warning::Kind;
use crate::build::state::Build;
use crate::hosts::deployment::PageHeaders;
use crate::page::content_type;
use crate::routing::media_type;
use crate::routing::page_path::RoutePath;

/// What belongs to one transfer and not to the page, or is told in another way.
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

/// Keeps what a page sends with its file.
///
/// # Errors
///
/// A cookie, and a value that is no text.
pub(crate) fn keep(
    build: &Build,
    place: &Place,
    path: &RoutePath,
    file: &str,
    headers: &HeaderMap,
) -> Result<(), Failure> {
    // Most pages send a content type that the name of their file says as well, and nothing else.
    let guess = place.naming.media_type().or_else(|| media_type::of_extension(file));
    let is_said =
        |value: &HeaderValue| guess.is_some_and(|guess| content_type::is_type(guess, value));
    if headers.len() == 1 && headers.get(header::CONTENT_TYPE).is_some_and(is_said) {
        return Ok(());
    }
    let mut kept = Vec::new();
    for (name, value) in headers {
        let is_said = name == header::CONTENT_TYPE && is_said(value);
        if !is_said && !OF_THE_TRANSFER.contains(name) {
            kept.push((name.as_str().to_owned(), text(place, name, value)?));
        }
    }
    if !kept.is_empty() {
        // By name; the values of one name stay in their order.
        kept.sort_by(|(a, _), (b, _)| a.cmp(b));
        let told = PageHeaders { path: place.naming.url(path), file: file.into(), headers: kept };
        build.sent.push(Sent { told, owner: Owner::route(place.route_index) });
    }
    Ok(())
}

fn text(place: &Place, name: &HeaderName, value: &HeaderValue) -> Result<String, Failure> {
    if name == header::SET_COOKIE {
        return Err(cookie(place, "sets a cookie"));
    }
    let text = value.to_str().map(|text| text.replace('\t', " "));
    text.map_err(|_| {
        Failure::at(place, format!("sends a header `{name}` that is not ASCII"))
            .hint("percent-encode its value, or leave it out")
    })
}

/// What a page is told that sets a cookie.
pub(crate) fn cookie(place: &Place, message: &str) -> Failure {
    Failure::at(place, message).hint(
        "static files have no cookies: leave it out, or have the page rendered on request with `pub const PRERENDER: bool = false;`",
    )
}

/// Looks at what a redirect sends besides its target, which no file of a host can say.
///
/// # Errors
///
/// As with [`keep`].
pub(crate) fn check_redirect(
    build: &Build,
    place: &Place,
    response: &Response,
) -> Result<(), Failure> {
    for (name, value) in response.headers() {
        if [header::LOCATION, header::CONTENT_TYPE].contains(name) || OF_THE_TRANSFER.contains(name)
        {
            continue;
        }
        text(place, name, value)?;
        if !build.site.hosts.is_empty() {
            let warning = Failure::at(place, format!("sends a header `{name}` with its redirect"))
                .hint("no host of static files can be told of it: leave it out");
            build.warnings.add(Kind::Header, warning);
        }
    }
    Ok(())
}
