//! The XML response.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};

/// An XML response: like axum's `Html`, with the content type `application/xml`.
///
/// # Example
///
/// ```
/// use kiln::prelude::*;
///
/// pub fn get() -> impl IntoResponse {
///     Xml("<urlset/>")
/// }
/// ```
#[derive(Debug, Clone, Copy)]
#[must_use = "needs to be returned from an endpoint to be useful"]
pub struct Xml<T>(
    /// The document.
    pub T,
);

impl<T: Into<Body>> IntoResponse for Xml<T> {
    fn into_response(self) -> Response {
        let content_type = HeaderValue::from_static("application/xml");
        ([(header::CONTENT_TYPE, content_type)], self.0.into()).into_response()
    }
}

impl<T> From<T> for Xml<T> {
    fn from(document: T) -> Self {
        Xml(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_type_is_xml() {
        let response = Xml("<a/>").into_response();
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/xml");
    }
}
