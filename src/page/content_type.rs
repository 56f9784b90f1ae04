//! The content type of a response: the type that its page chose, or else the type of the extension of its path.
//!
//! axum sets a default type for bare text and bytes. The page did not choose it, and browsers would refuse a style
//! sheet or an image with it. So a path with a known extension gets the type that a host of static files would send.
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
use http::response::Parts;
use http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, header};

pub(crate) use self::agreement::{agrees, is_type};

use crate::page::route::Route;
use crate::routing::media_type::of_extension;

/// The types that axum sets for bare text and bytes.
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

/// Marks a response whose content type was derived from an extension, and stores that type.
#[derive(Debug, Clone)]
struct FromExtension(HeaderValue);

/// The content type that a host of static files sends for a file.
pub(crate) fn of_file(name: &str) -> Cow<'static, str> {
    with_charset(of_extension(name).unwrap_or("application/octet-stream"))
}

/// Returns true if and only if a content type is the default for the path of a page: the type of its extension, or HTML
/// if it has none.
#[cfg(feature = "server")]
pub(crate) fn is_of_page(path: &str, content_type: &HeaderValue) -> bool {
    is_type(of_extension(path.trim_end_matches('/')).unwrap_or("text/html"), content_type)
}

/// A media type with a charset if it is text.
pub(crate) fn with_charset(kind: &str) -> Cow<'_, str> {
    match kind {
        "text/plain" => "text/plain; charset=utf-8".into(),
        "text/html" => "text/html; charset=utf-8".into(),
        "text/css" => "text/css; charset=utf-8".into(),
        "text/javascript" => "text/javascript; charset=utf-8".into(),
        "text/xml" => "text/xml; charset=utf-8".into(),
        _ if kind.starts_with("text/") => format!("{kind}; charset=utf-8").into(),
        _ => kind.into(),
    }
}

/// Converts a content type to a header value.
pub(crate) fn header_value(kind: Cow<'static, str>) -> Option<HeaderValue> {
    match kind {
        Cow::Borrowed(kind) => Some(HeaderValue::from_static(kind)),
        Cow::Owned(kind) => HeaderValue::try_from(kind).ok(),
    }
}

/// Sets the content type of a response to that of the extension of its path, unless the page chose a type. Returns true
/// if and only if the type is that of the extension. Without a route, the response is that of the middleware.
///
/// Only successful responses are changed: the text of an error is not the requested file. The client chooses the params
/// of a page that is rendered on request, so an extension in them never makes a browser run plain text.
pub(crate) fn settle(
    route: Option<&Route>,
    path: &str,
    method: &Method,
    response: &mut Response,
) -> bool {
    if !may_settle(method, response) {
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
    response.extensions_mut().insert(FromExtension(kind));
    true
}

/// Decides like [`settle`] for a prerendered page whose file is about to be written. `known` is the type of the extension of all
/// pages of the route, if they have one.
///
/// Returns the type of the extension, without a charset, unless the page chose another. The header is then removed unless it is the
/// only one, because hosts get the type from the name of the file.
pub(crate) fn settle_file(
    known: Option<&'static str>,
    path: &str,
    head: &mut Parts,
) -> Option<&'static str> {
    let Parts { status, headers, extensions, .. } = head;
    if !has_content(*status) || keep_chosen(headers, given(extensions).as_ref()) {
        return None;
    }
    let kind = known.or_else(|| of_extension(path))?;
    if headers.len() > 1 {
        headers.remove(header::CONTENT_TYPE);
    }
    Some(kind)
}

/// Returns true if and only if there is no header besides a content type.
pub(crate) fn is_only(headers: &HeaderMap) -> bool {
    headers.is_empty() || (headers.len() == 1 && of_headers(headers).is_some())
}

/// The content type in some headers. Most responses have no other header, and nothing has to be searched.
pub(crate) fn of_headers(headers: &HeaderMap) -> Option<&HeaderValue> {
    if headers.len() > 1 {
        return headers.get(header::CONTENT_TYPE);
    }
    let (name, value) = headers.iter().next()?;
    (name == header::CONTENT_TYPE).then_some(value)
}

/// Returns true if and only if a response has content of a type that the page did not choose.
fn may_settle(method: &Method, response: &mut Response) -> bool {
    if !has_content(response.status()) || is_bare_status(method, response) {
        return false;
    }
    let given = given(response.extensions());
    !keep_chosen(response.headers_mut(), given.as_ref())
}

fn has_content(status: StatusCode) -> bool {
    status.is_success() && ![StatusCode::NO_CONTENT, StatusCode::RESET_CONTENT].contains(&status)
}

/// Returns true if and only if a browser can run scripts in a response of this type, or runs it as a script.
fn is_active(kind: &str) -> bool {
    ["html", "xml", "script", "cache-manifest", "multipart", "rfc822"]
        .iter()
        .any(|part| kind.contains(part))
}

/// The content type that was derived from an extension.
fn given(extensions: &Extensions) -> Option<HeaderValue> {
    extensions.get::<FromExtension>().map(|FromExtension(kind)| kind.clone())
}

/// Removes default types if a type was chosen. Returns true if and only if one was. `given` is a type that was derived from an
/// extension.
fn keep_chosen(headers: &mut HeaderMap, given: Option<&HeaderValue>) -> bool {
    let is_chosen = |kind: &&HeaderValue| !DEFAULTS.iter().chain(given).any(|it| is(it, kind));
    if headers.len() <= 1 {
        return of_headers(headers).as_ref().is_some_and(is_chosen);
    }
    let types = headers.get_all(header::CONTENT_TYPE);
    let chosen = types.iter().filter(is_chosen).count();
    if chosen > 0 && chosen < types.iter().count() {
        let chosen: Vec<HeaderValue> = types.iter().filter(is_chosen).cloned().collect();
        replace(headers, &chosen);
    }
    chosen > 0
}

fn replace(headers: &mut HeaderMap, types: &[HeaderValue]) {
    headers.remove(header::CONTENT_TYPE);
    for kind in types {
        headers.append(header::CONTENT_TYPE, kind.clone());
    }
}

/// Returns true if and only if one value is a clone of the other, not merely equal.
///
/// A page may choose the same type that axum sets by default. The values of axum are constants, whose bytes are shared
/// by clones, while a type that a page writes as text, such as `"text/plain; charset=utf-8"`, is copied. There are two
/// known limitations: the choice is missed if a page creates exactly the default by `HeaderValue::from_static`, and fat
/// LTO merges the two constants; and the default of `bytes::buf::Chain`, a generic type, is mistaken for a choice.
fn is(value: &HeaderValue, other: &HeaderValue) -> bool {
    std::ptr::eq(value.as_bytes(), other.as_bytes())
}

/// Returns true if and only if a response to a method other than `GET` and `HEAD` has neither a type nor a body.
fn is_bare_status(method: &Method, response: &Response) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
        && !response.headers().contains_key(header::CONTENT_TYPE)
        && response.body().is_end_stream()
}

#[cfg(test)]
mod tests;
