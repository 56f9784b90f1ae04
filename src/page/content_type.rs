//! The content type of a response: the one that its page chose, or else the one that the extension of its path stands for.
//!
//! axum gives bare text and bytes a type of its own. That is not a choice of the page, and it would make browsers refuse a
//! style sheet or a picture, so a path with a known extension gets the type that a host of static files sends for it.
//!
//! Return types are often opaque, so the values have to tell axum's type from the same type that a page chose: axum's are
//! constants, whose bytes all clones share. This holds in debug and release builds, and with thin link-time optimization;
//! [`is`] names the exceptions.
//!
//! [`settle`] decides for builds, servers and tests alike: once when the page has been called, so that middleware sees the
//! type, and once for the path that is answered, which is another one after a rewrite.

mod agreement;

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::body::HttpBody;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

pub(crate) use self::agreement::{agrees, is_type};

use crate::page::route::Route;
use crate::routing::media_type::of_extension;

/// The types that axum gives to bare text and bytes.
static DEFAULTS: LazyLock<Vec<HeaderValue>> = LazyLock::new(|| {
    let bare = [
        String::new().into_response(),
        "".into_response(),
        Bytes::new().into_response(),
        Vec::<u8>::new().into_response(),
    ];
    bare.iter()
        .filter_map(|response| response.headers().get(header::CONTENT_TYPE))
        .cloned()
        .collect()
});

/// Marks a response whose type is that of an extension, and holds that type.
#[derive(Debug, Clone)]
struct OfExtension(HeaderValue);

/// The content type that a host of static files sends for a file.
pub(crate) fn of_file(name: &str) -> Cow<'static, str> {
    with_charset(of_extension(name).unwrap_or("application/octet-stream"))
}

/// Returns true if and only if a content type is that of the file of a page: HTML, or what the extension of its path
/// stands for.
#[cfg(feature = "server")]
pub(crate) fn is_of_page(path: &str, content_type: &HeaderValue) -> bool {
    is_type(of_extension(path.trim_end_matches('/')).unwrap_or("text/html"), content_type)
}

/// A media type as it is sent: text is UTF-8.
pub(crate) fn with_charset(kind: &str) -> Cow<'_, str> {
    match kind.starts_with("text/") {
        true => format!("{kind}; charset=utf-8").into(),
        false => kind.into(),
    }
}

/// A content type as the value of a header.
pub(crate) fn header_value(kind: Cow<'static, str>) -> Option<HeaderValue> {
    match kind {
        Cow::Borrowed(kind) => Some(HeaderValue::from_static(kind)),
        Cow::Owned(kind) => HeaderValue::try_from(kind).ok(),
    }
}

/// Gives the response of a route, or of middleware where there is none, the type that the extension of the path stands for,
/// unless the page chose another. Returns true if and only if the type is that of the extension.
///
/// Only successful responses have it: the text of an error is not the file that was asked for. The client chooses the
/// params of a page that is rendered on request, so an extension in them never makes a browser run bare text.
pub(crate) fn settle(
    route: Option<&Route>,
    path: &str,
    method: &Method,
    response: &mut Response,
) -> bool {
    let has_content = response.status().is_success()
        && ![StatusCode::NO_CONTENT, StatusCode::RESET_CONTENT].contains(&response.status());
    if !has_content || keep_chosen(response) || is_nothing(method, response) {
        return false;
    }
    let Some(kind) = of_extension(path.trim_end_matches('/')) else { return false };
    let is_of_site =
        route.is_some_and(|route| route.is_prerendered() || route.pattern.has_known_extension());
    if !is_of_site && is_active(kind) {
        return false;
    }
    let Some(kind) = header_value(with_charset(kind)) else { return false };
    response.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
    response.extensions_mut().insert(OfExtension(kind));
    true
}

/// Returns true if and only if a browser runs scripts in a response of this type, or as one.
fn is_active(kind: &str) -> bool {
    ["html", "xml", "script", "cache-manifest", "multipart", "rfc822"]
        .iter()
        .any(|part| kind.contains(part))
}

/// Removes types that nobody chose where there is one that somebody did. Returns true if and only if there is one.
fn keep_chosen(response: &mut Response) -> bool {
    let given = response.extensions().get::<OfExtension>().map(|OfExtension(kind)| kind);
    let is_chosen = |kind: &&HeaderValue| !DEFAULTS.iter().chain(given).any(|it| is(it, kind));
    let types = response.headers().get_all(header::CONTENT_TYPE);
    let chosen = types.iter().filter(is_chosen).count();
    if chosen > 0 && chosen < types.iter().count() {
        let chosen: Vec<HeaderValue> = types.iter().filter(is_chosen).cloned().collect();
        replace(response.headers_mut(), &chosen);
    }
    chosen > 0
}

fn replace(headers: &mut HeaderMap, types: &[HeaderValue]) {
    headers.remove(header::CONTENT_TYPE);
    for kind in types {
        headers.append(header::CONTENT_TYPE, kind.clone());
    }
}

/// Returns true if and only if one value is a copy of the other, and not only equal to it.
///
/// A page may choose the very type that axum gives by default. The values of axum are constants, whose bytes a clone
/// shares; what a page writes as text, `"text/plain; charset=utf-8"`, is copied to bytes of its own. Where a page makes a
/// `HeaderValue::from_static` of exactly the default and fat link-time optimization merges the two constants, its choice
/// is not seen; and the default of `bytes::buf::Chain`, a generic type, is taken for a choice.
fn is(value: &HeaderValue, other: &HeaderValue) -> bool {
    std::ptr::eq(value.as_bytes(), other.as_bytes())
}

/// Returns true if and only if a response to a method other than `GET` is nothing but a status.
fn is_nothing(method: &Method, response: &Response) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
        && !response.headers().contains_key(header::CONTENT_TYPE)
        && response.body().is_end_stream()
}

#[cfg(test)]
mod tests;
