//! A server with a small service, and a client that sends bytes as they are.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::Request;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::body::read;
use super::handler::Service;
use super::limits::Limits;
use super::listen::serve;
use crate::request::authority::Authority;
use crate::server::received::{Received, take};

/// How long a test waits for something that should happen at once, on a machine that does other work.
pub(super) const PATIENCE: Duration = Duration::from_mins(2);

/// A request after which the connection stays open.
pub(super) const GET: &str = "GET / HTTP/1.1\r\nHost: good\r\n\r\n";

/// The response of a test page.
pub(super) type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A test page.
pub(super) type Page = fn(Request<Body>) -> Answering;

/// A service of one page, at the host `good`.
#[derive(Debug, Clone, Copy)]
struct OnePage(Page);

impl Service for OnePage {
    async fn answer(&self, Received { head, body, peer, .. }: Received<'_>) -> Response {
        assert!(peer.is_some_and(|peer| peer.is_loopback()));
        (self.0)(Request::from_parts(take(head), body)).await
    }

    fn is_at(&self, authority: &Authority) -> bool {
        authority.host == "good"
    }
}

/// Answers with method, target, host and body of the request.
pub(super) fn echo(request: Request<Body>) -> Answering {
    Box::pin(async {
        let (parts, body) = request.into_parts();
        let body = match read(body, usize::MAX).await {
            Ok(body) => String::from_utf8_lossy(&body).into_owned(),
            Err(status) => return status.into_response(),
        };
        let host = parts.headers.get("host").map_or("-", |host| host.to_str().unwrap());
        format!("<{} {} {host} {body}>", parts.method, parts.uri).into_response()
    })
}

/// Answers without reading the body.
pub(super) fn deaf(request: Request<Body>) -> Answering {
    let (parts, _) = request.into_parts();
    Box::pin(async move { format!("<deaf {}>", parts.uri).into_response() })
}

/// A server on a port of its own, until it is dropped.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    pub(super) runtime: Runtime,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn start(page: Page, limits: Limits) -> Server {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async move { stopped.await.unwrap_or(()) };
        let served = runtime.spawn(serve(listener, Arc::new(OnePage(page)), limits, stopped));
        Server { address, runtime, stop: Some(stop), served: Some(served) }
    }

    pub(super) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }

    /// Sends bytes on a connection of their own, and returns what comes until the server closes it.
    pub(super) fn send(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect();
        // A server that refuses the bytes need not read them all.
        let _ = stream.write_all(bytes.as_ref());
        rest(&mut stream)
    }

    /// Stops the server.
    pub(super) fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// Waits for the server to end.
    pub(super) fn wait(&mut self) {
        let served = self.served.take().unwrap();
        self.runtime.block_on(async {
            let served = tokio::time::timeout(PATIENCE, served).await;
            served.unwrap().unwrap();
        });
    }
}

/// Reads until the connection is closed.
pub(super) fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    if let Err(error) = stream.read_to_end(&mut bytes) {
        let so_far = String::from_utf8_lossy(&bytes);
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{error}: {so_far}");
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads a response with a length, and returns its head and body.
pub(super) fn answer(stream: &mut TcpStream) -> io::Result<(String, String)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length = head.split_once("content-length: ").unwrap().1.split_once("\r\n").unwrap().0;
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body)?;
    Ok((head, String::from_utf8(body).unwrap()))
}

/// The status of the first response in a text.
#[track_caller]
pub(super) fn status(text: &str) -> u16 {
    let status = text.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
    status.and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("no answer: {text:?}"))
}
