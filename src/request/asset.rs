//! Answers a request with a requested file, as a whole.

use std::fs;
use std::io;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};

use crate::assets::Asset;
use crate::page::content_type;
use crate::request::method;
use crate::routing::url;
use crate::site::Site;

/// The response with all bytes of a file. It blocks, and is for tests of sites: a server sends parts and versions.
pub(crate) fn respond(site: &Site, method: &Method, asset: &Asset) -> Response {
    if !method::is_read(method) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let bytes = match bytes(asset) {
        Ok(bytes) => bytes,
        Err(error) => return (StatusCode::NOT_FOUND, error.to_string()).into_response(),
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    headers.extend(headers_of(site, asset));
    response
}

fn bytes(asset: &Asset) -> io::Result<Bytes> {
    match &asset.rewritten {
        Some(bytes) => Ok(bytes.clone()),
        None => fs::read(&asset.path).map(Bytes::from),
    }
}

/// The headers of a file: those of the rules, and its content type. A later rule replaces an earlier one.
pub(crate) fn headers_of(site: &Site, asset: &Asset) -> http::HeaderMap {
    let mut path = format!("{}/", site.config.base);
    url::push_encoded(&mut path, &asset.name);
    let mut headers = http::HeaderMap::new();
    let rules = site.header_rules(&asset.name).iter().rev().filter(|rule| rule.matches(&path));
    for (name, value) in rules.flat_map(|rule| rule.headers) {
        // The code generator has checked both.
        let (Ok(name), Ok(value)) = (HeaderName::try_from(*name), HeaderValue::from_str(value))
        else {
            continue;
        };
        headers.entry(name).or_insert(value);
    }
    if !headers.contains_key(header::CONTENT_TYPE) {
        let kind = content_type::header_value(content_type::of_file(&asset.name));
        headers.extend(kind.map(|kind| (header::CONTENT_TYPE, kind)));
    }
    headers
}
