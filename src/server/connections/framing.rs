//! Keeps a page from saying how its response is framed.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{self, HeaderName};
use http::{HeaderValue, Method, StatusCode};

use crate::request::method;

/// The headers of a connection, which a page does not decide about.
const OF_CONNECTION: [HeaderName; 6] = [
    header::CONNECTION,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::TE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

/// Removes what a response says of its connection and its length, so that hyper frames the body that is there.
///
/// The response to `HEAD` has no body, and the length of the one to `GET`.
pub(super) fn settle(method: &Method, response: &mut Response) {
    if response.status().is_informational() {
        // There are no upgrades, and a client would wait for another response.
        *response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    // Few pages have one of them.
    if response.headers().keys().any(|name| OF_CONNECTION.contains(name)) {
        for name in &OF_CONNECTION {
            response.headers_mut().remove(name);
        }
    }
    method::settle_head(method, response);
    let said = response.headers_mut().remove(header::CONTENT_LENGTH);
    if let Some(length) = said.filter(|said| method == Method::HEAD && is_number(said)) {
        response.headers_mut().insert(header::CONTENT_LENGTH, length);
    }
    if matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        *response.body_mut() = Body::empty();
    }
}

fn is_number(value: &HeaderValue) -> bool {
    value
        .to_str()
        .is_ok_and(|text| text.parse::<u64>().is_ok_and(|number| text == number.to_string()))
}
