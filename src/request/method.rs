//! Which endpoint of a route answers a method.

#[cfg(test)]
mod vectors;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};

use crate::page::route::{Endpoint, Route};

/// The methods that a route may answer, in the order in which `Allow` lists them.
const ORDER: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// The endpoint for a method.
///
/// Its own export comes first. `HEAD` is answered by `get`, where the page has no `head`, and what is left by `all`.
///
/// # Errors
///
/// The answer that no endpoint gives: to `OPTIONS` the methods that there are, to others that theirs is not among them.
pub(crate) fn endpoint(route: &Route, method: &Method) -> Result<Endpoint, Response> {
    let of = |name: &str| route.endpoints.iter().find(|(method, _)| *method == name);
    let found = of(method.as_str())
        .or_else(|| (method == Method::HEAD).then(|| of("GET"))?)
        .or_else(|| of("ALL"));
    found.map(|(_, endpoint)| *endpoint).ok_or_else(|| refused(route, method))
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

/// The methods that a page answers, as `Allow` lists them; a page with `all` is never asked.
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
