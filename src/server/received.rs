//! A request as the server receives it, from a connection of its own or from the router of an application.

use std::mem;
use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use http::Request;
use http::request::Parts;

use super::request_id::RequestId;
use crate::routing::request_path::{BadPath, RequestPath};

/// A request with its path, which is parsed nowhere else. Its head is borrowed, because moving it costs more than what most functions
/// do with it.
pub(super) struct Received<'a> {
    pub(super) head: &'a mut Parts,
    pub(super) body: Body,
    pub(super) path: Result<RequestPath, BadPath>,
    /// The address of the other end of the connection; `None` if an application does not say it.
    pub(super) peer: Option<IpAddr>,
    /// `None` if it has not come over a connection of this server.
    pub(super) id: Option<RequestId>,
}

impl<'a> Received<'a> {
    /// A request from the router of an application.
    pub(super) fn new(head: &'a mut Parts, body: Body) -> Self {
        let path = RequestPath::parse(head.uri.path());
        let peer = head.extensions.get().map(SocketAddr::ip);
        Received { head, body, path, peer, id: None }
    }
}

/// Takes a head out of where it is borrowed from, which is a request without anything then.
pub(super) fn take(head: &mut Parts) -> Parts {
    mem::replace(head, Request::new(()).into_parts().0)
}
