//! A request as the server receives it, from a connection of its own or from the router of an application.

use axum::body::Body;
use http::Request;
use http::request::Parts;

use super::request_id::RequestId;
use crate::routing::request_path::{BadPath, RequestPath};

/// A request with its path, which is parsed nowhere else.
pub(super) struct Received {
    pub(super) head: Parts,
    pub(super) body: Body,
    pub(super) path: Result<RequestPath, BadPath>,
    /// `None` if it has not come over a connection of this server.
    pub(super) id: Option<RequestId>,
}

impl Received {
    pub(super) fn new(head: Parts, body: Body, id: Option<RequestId>) -> Self {
        let path = RequestPath::parse(head.uri.path());
        Received { head, body, path, id }
    }
}

impl From<Request<Body>> for Received {
    fn from(request: Request<Body>) -> Self {
        let (head, body) = request.into_parts();
        Received::new(head, body, None)
    }
}
