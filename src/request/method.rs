//! Selects the endpoint of a route for a method, and handles `HEAD`.

#[cfg(test)]
mod vectors;

use axum::body::HttpBody;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};

use crate::page::route::{Endpoint, Route};

/// The methods that a route may have, in the order of `Allow`.
const ORDER: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// The endpoint for a method.
///
/// It is the function of that method, or else `get` for `HEAD`, or else `all`.
///
/// # Errors
///
/// Returns the response if there is no endpoint: for `OPTIONS` with the methods of the route, and otherwise with status
/// 405.
pub(crate) fn endpoint(route: &Route, method: &Method) -> Result<Endpoint, Response> {
    let of = |name: &str| route.endpoints.iter().find(|(method, _)| *method == name);
    let found = of(method.as_str())
        .or_else(|| (method == Method::HEAD).then(|| of("GET"))?)
        .or_else(|| of("ALL"));
    found.map(|(_, endpoint)| *endpoint).ok_or_else(|| refused(route, method))
}

/// Returns true if and only if a method only reads: `GET` or `HEAD`.
pub(crate) fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Removes the body from the response to a `HEAD`, and sets its length. A page that answers `HEAD` itself has no body,
/// and says the length of the one to `GET`.
pub(crate) fn settle_head(method: &Method, response: &mut Response) {
    if method != Method::HEAD || response.body().is_end_stream() {
        return;
    }
    let length = std::mem::take(response.body_mut()).size_hint().exact();
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().extend(length.map(|length| (header::CONTENT_LENGTH, length.into())));
}

fn refused(route: &Route, method: &Method) -> Response {
    let status = match *method {
        Method::OPTIONS => StatusCode::NO_CONTENT,
        _ => StatusCode::METHOD_NOT_ALLOWED,
    };
    let mut response = status.into_response();
    let allow = HeaderValue::from_str(&allowed(route));
    response.headers_mut().extend(allow.ok().map(|allow| (header::ALLOW, allow)));
    response
}

/// The methods of a page, for `Allow`. It is not called for a page with `all`.
fn allowed(route: &Route) -> String {
    let has = |name: &str| route.endpoints.iter().any(|(method, _)| *method == name);
    let is_answered = |name: &str| match name {
        "OPTIONS" => true,
        "HEAD" => has("HEAD") || has("GET"),
        name => has(name),
    };
    let names: Vec<&str> = ORDER.into_iter().filter(|name| is_answered(name)).collect();
    names.join(", ")
}
