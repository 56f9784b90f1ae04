//! Keeps a page from saying how its response is framed.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};

use crate::request::method;

/// The headers of a connection, which a page does not decide about.
const OF_CONNECTION: [&str; 6] =
    ["connection", "transfer-encoding", "upgrade", "te", "keep-alive", "proxy-connection"];

/// Removes what a response says of its connection and its length, so that hyper frames the body that is there.
///
/// The response to `HEAD` has no body, and the length of the one to `GET`.
pub(super) fn settle(method: &Method, response: &mut Response) {
    if response.status().is_informational() {
        // There are no upgrades, and a client would wait for another response.
        *response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    method::settle_head(method, response);
    // Few pages have one of them.
    let is_of_framing = |name: &str| name == "content-length" || OF_CONNECTION.contains(&name);
    if response.headers().keys().any(|name| is_of_framing(name.as_str())) {
        let headers = response.headers_mut();
        for name in OF_CONNECTION {
            headers.remove(name);
        }
        let said = headers.remove(header::CONTENT_LENGTH);
        if let Some(length) = said.filter(|said| method == Method::HEAD && is_number(said)) {
            headers.insert(header::CONTENT_LENGTH, length);
        }
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
