//! The answer to a request that no page is asked about.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

/// Why a request is refused before the service sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The head is not one of HTTP/1.
    Head,
    /// Its version is neither 1.0 nor 1.1.
    Version,
    /// The target holds a character that it cannot, or has no form that is answered.
    Target,
    TargetTooLong,
    /// The headers are too many, or too long.
    Headers,
    /// The length of the body is said twice, or in a way that is not understood.
    Framing,
    /// No host, several, or one that is none.
    Host,
    /// The target names a host that the site is not at.
    Misdirected,
    BodyTooLarge,
    /// The head did not come in time.
    Time,
}

impl Refusal {
    pub(super) fn status(self) -> StatusCode {
        match self {
            Refusal::Head | Refusal::Target | Refusal::Framing | Refusal::Host => {
                StatusCode::BAD_REQUEST
            }
            Refusal::Version => StatusCode::HTTP_VERSION_NOT_SUPPORTED,
            Refusal::TargetTooLong => StatusCode::URI_TOO_LONG,
            Refusal::Headers => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Refusal::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Refusal::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::Time => StatusCode::REQUEST_TIMEOUT,
        }
    }

    /// What is wrong; nothing of the request is repeated.
    fn text(self) -> &'static str {
        match self {
            Refusal::Head => "the request is not one of HTTP/1.1",
            Refusal::Version => "the version of the request is neither HTTP/1.0 nor HTTP/1.1",
            Refusal::Target => {
                "the target of the request is neither a path nor a URL, or holds a character that must be \
                 percent-encoded"
            }
            Refusal::TargetTooLong => "the target of the request is too long",
            Refusal::Headers => "the request has too many headers, or too long ones",
            Refusal::Framing => {
                "the length of the request's body is unclear: send one Content-Length, or \
                 `Transfer-Encoding: chunked`"
            }
            Refusal::Host => "the request must name one valid host",
            Refusal::Misdirected => {
                "the host that the target of the request names is not this site"
            }
            Refusal::BodyTooLarge => "the body of the request is too large",
            Refusal::Time => "the request took too long to arrive",
        }
    }

    /// The answer, which no cache keeps.
    pub(super) fn response(self) -> Response<Body> {
        let mut response = (self.status(), self.text()).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}
