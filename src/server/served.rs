//! A server without connections, for tests.

use std::path::Path;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::request::Builder;
use http::{HeaderMap, Request, StatusCode};
use tokio::runtime::Runtime;

use super::app::App;
use super::live::{Live, Unbuilt};
use super::received::Received;
use crate::page::response::body;
use crate::request::forwarded::Forwarded;
use crate::site::Site;

/// A server that is called directly.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) app: App,
    pub(super) runtime: Runtime,
}

impl Served {
    /// It renders pages if it may call them while nothing is built.
    pub(super) fn start(site: &'static Site, out: &Path, unbuilt: Unbuilt) -> Self {
        let (live, _) = Live::open(site, out, unbuilt);
        let origins = Forwarded::of(site.config, None);
        let app = App::new(site, live, unbuilt == Unbuilt::Pages, origins);
        Served { app, runtime: runtime() }
    }

    pub(super) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Sent {
        let request = request(method, path, headers).body(Body::empty()).expect("a request");
        let (mut head, body) = request.into_parts();
        let received = Received::new(&mut head, body);
        self.runtime.block_on(async { Sent::new(self.app.answer(received).await).await })
    }
}

/// The status and the bytes that `preview` answers with.
#[cfg(feature = "hosts")]
pub(crate) fn previewed(site: &'static Site, out: &Path, path: &str) -> (u16, Vec<u8>) {
    let sent = Served::start(site, out, Unbuilt::Nothing).send("GET", path, &[]);
    (sent.status.as_u16(), sent.bytes.to_vec())
}

pub(super) fn runtime() -> Runtime {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime")
}

pub(super) fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> Builder {
    let request = Request::builder().method(method).uri(path);
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

/// A response with its whole body.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Bytes,
}

impl Sent {
    pub(super) async fn new(response: Response) -> Self {
        let (head, body) = response.into_parts();
        let bytes = body::bytes(body).await.expect("a body");
        Sent { status: head.status, headers: head.headers, bytes }
    }

    /// A header; empty if it is missing.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }
}
