//! One connection, from the first byte to the last.

use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_io_timeout::TimeoutWriter;

use super::handler::{self, Service};
use super::limits::Limits;
use super::requests::{End, Requests};

/// The first bytes of an HTTP/2 connection.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The bytes of a request line beside the target, and of the end of a head.
const BESIDE_TARGET: usize = 4 << 10;

/// How long a client of HTTP/2 may leave a ping unanswered.
const PING_TIME: Duration = Duration::from_secs(20);

/// What all connections share.
pub(super) struct Connections<S> {
    builder: Builder<TokioExecutor>,
    service: Arc<S>,
    limits: Limits,
    /// Becomes true once, when no further requests are taken.
    stop: watch::Receiver<bool>,
}

impl<S: Service> Connections<S> {
    pub(super) fn new(service: Arc<S>, limits: Limits, stop: watch::Receiver<bool>) -> Self {
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            // A client that closes only the side that it sends on still waits for its response.
            .half_close(true)
            .max_buf_size(BESIDE_TARGET + limits.target + limits.header_bytes);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(limits.streams)
            .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX))
            .keep_alive_interval(limits.idle)
            .keep_alive_timeout(PING_TIME);
        Connections { builder, service, limits, stop }
    }

    /// Answers the requests of a connection until one side ends it.
    pub(super) async fn drive(self: Arc<Self>, stream: TcpStream, peer: SocketAddr) {
        let limits = &self.limits;
        let Some(first) = self.first_bytes(&stream).await else { return };
        let requests = Arc::new(Requests::of(peer, *limits, first == PREFACE));
        let answer = service_fn(|request: Request<Incoming>| {
            handler::answer(Arc::clone(&self.service), request, Arc::clone(&requests))
        });
        // hyper waits for ever for a client that takes nothing of its response.
        let mut stream = TimeoutWriter::new(stream);
        stream.set_timeout(Some(limits.write_idle));
        let stream = TokioIo::new(Box::pin(stream));
        let mut connection = pin!(self.builder.serve_connection(stream, answer));
        // Each has a waker of its own, so that requests do not poll them.
        let mut ends = FuturesUnordered::<Pin<Box<dyn Future<Output = End> + Send>>>::new();
        ends.push(Box::pin(stopped(self.stop.clone())));
        // hyper waits for ever for a head, and for a client of HTTP/2 that answers its pings.
        ends.push(Box::pin(Arc::clone(&requests).idle()));
        loop {
            tokio::select! {
                biased;
                ended = connection.as_mut() => return log(ended, &requests),
                Some(end) = ends.next() => match end {
                    // hyper would wait for the first request.
                    End::Idle if requests.is_new() => return,
                    // The end of a response may still have to be sent.
                    End::Idle => {}
                    End::Stop => ends.push(Box::pin(Arc::clone(&requests).grace(limits.stream_grace))),
                    End::NoGrace => return,
                },
            }
            connection.as_mut().graceful_shutdown();
        }
    }

    /// Waits for the first bytes of a connection, at most as many as HTTP/2 begins with, which stay to be read. `None` if none come
    /// in time.
    async fn first_bytes(&self, stream: &TcpStream) -> Option<Vec<u8>> {
        let mut bytes = vec![0; PREFACE.len()];
        let length = tokio::select! {
            peeked = stream.peek(&mut bytes) => peeked.ok()?,
            _ = stopped(self.stop.clone()) => return None,
            () = sleep(self.limits.idle) => return None,
        };
        bytes.truncate(length);
        Some(bytes)
    }
}

/// Resolves when the server stops, or is gone.
async fn stopped(mut stop: watch::Receiver<bool>) -> End {
    let _ = stop.wait_for(|is_stopping| *is_stopping).await;
    End::Stop
}

/// Logs a request that hyper has refused, since no service sees it.
fn log(ended: Result<(), Box<dyn std::error::Error + Send + Sync>>, requests: &Requests) {
    let Err(error) = ended else { return };
    if error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse) {
        tracing::info!(target: "kiln::refused", peer = requests.peer_text(), %error);
    }
}
