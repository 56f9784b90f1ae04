//! Adds the headers of kiln.toml to responses.

use axum::response::Response;
use http::header;

use super::files::headers_of_rules;
use crate::page::content_type;
use crate::site::Site;

/// Adds the headers of the rules that match a URL path, unless the page has set them itself. A later rule has priority.
pub(super) fn add(site: &Site, url: &str, response: &mut Response) {
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
