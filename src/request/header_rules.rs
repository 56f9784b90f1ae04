//! The headers of kiln.toml.

#[cfg(feature = "server")]
use axum::response::Response;
#[cfg(feature = "server")]
use http::header;
use http::{HeaderName, HeaderValue};

use crate::config::header_rule::HeaderRule;
#[cfg(feature = "server")]
use crate::page::content_type;
#[cfg(feature = "server")]
use crate::site::Site;

/// The headers of the rules of kiln.toml for the path of a URL. Those of later rules come first, since they replace earlier ones.
pub(crate) fn headers_of_rules(
    rules: &'static [HeaderRule],
    url: &str,
) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    let rules = rules.iter().rev().filter(move |rule| rule.matches(url));
    rules.flat_map(|rule| rule.headers).filter_map(|(name, value)| parsed(name, value))
}

/// A header; `None` if it is invalid.
pub(crate) fn parsed(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((name.parse().ok()?, value.parse().ok()?))
}

/// Adds the headers of the rules that match a URL path, unless the page has set them itself. A later rule has priority.
#[cfg(feature = "server")]
pub(crate) fn add(site: &Site, url: &str, response: &mut Response) {
    // A rule can replace the type that follows from the name of a page.
    let sent = response.headers().get(header::CONTENT_TYPE);
    let mut is_typed_by_name = response.status().is_success()
        && sent.is_some_and(|kind| content_type::is_of_page(url, kind));
    for (name, value) in headers_of_rules(site.headers, url) {
        if is_typed_by_name && name == header::CONTENT_TYPE {
            response.headers_mut().remove(&name);
            is_typed_by_name = false;
        }
        response.headers_mut().entry(name).or_insert(value);
    }
}
