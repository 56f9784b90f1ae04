//! A request as the server receives it, from a connection of its own or from the router of an application.

use std::net::{IpAddr, SocketAddr};

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
    /// The address of the other end of the connection; `None` if an application does not say it.
    pub(super) peer: Option<IpAddr>,
    /// `None` if it has not come over a connection of this server.
    pub(super) id: Option<RequestId>,
}

impl From<Request<Body>> for Received {
    fn from(request: Request<Body>) -> Self {
        let (head, body) = request.into_parts();
        let path = RequestPath::parse(head.uri.path());
        let peer = head.extensions.get().map(SocketAddr::ip);
        Received { head, body, path, peer, id: None }
    }
}
