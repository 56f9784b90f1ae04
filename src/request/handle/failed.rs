//! The failure of a page, as the development server shows it in place of the page.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

/// Everything that a developer needs to know of a failure. It is an extension of the response.
#[derive(Debug, Clone)]
#[cfg_attr(not(feature = "server"), expect(dead_code, reason = "only the server shows it"))]
pub(crate) struct Failed {
    /// The path of the request, decoded.
    pub(crate) path: String,
    /// The error and its causes, the outermost first.
    pub(crate) chain: Vec<String>,
    pub(crate) is_panic: bool,
    /// `file:line:column` of a panic.
    pub(crate) location: Option<String>,
    /// The file of the page, or of the middleware.
    pub(crate) file: Option<String>,
    /// The pattern of the page's route.
    pub(crate) route: Option<String>,
    pub(crate) hint: Option<String>,
}

impl Failed {
    /// The response to a client that shows no failures.
    pub(crate) fn response(self, status: StatusCode) -> Response {
        let mut response = (status, status.to_string()).into_response();
        response.extensions_mut().insert(self);
        response
    }
}
