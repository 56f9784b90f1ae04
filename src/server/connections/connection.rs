//! One connection, from the first byte to the last.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower_service::Service;

use super::gate::{Gate, Protocol};
use super::reception::Reception;
use super::shared::Shared;

/// How many headers the library behind has room for without being told.
const HEADERS: usize = 100;

/// How long a client of HTTP/2 may leave a ping unanswered.
const PING_TIME: Duration = Duration::from_secs(20);

/// A connection that was accepted.
pub(super) struct Connection<S> {
    pub(super) peer: SocketAddr,
    pub(super) reception: Reception<S>,
    /// Becomes true once, when no further requests are to be taken.
    pub(super) stop: watch::Receiver<bool>,
}

impl<S> Connection<S>
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    /// Answers the requests of the connection until one side ends it.
    pub(super) async fn drive(mut self, stream: TcpStream) {
        let shared = Arc::new(Shared::default());
        let mut gate = Gate::new(stream, self.reception.limits, Arc::clone(&shared));
        let protocol = loop {
            tokio::select! {
                biased;
                protocol = poll_fn(|cx| gate.poll_protocol(cx)) => break protocol,
                () = stopped(&mut self.stop), if !shared.is_stopping() => shared.stop(),
            }
        };
        match protocol {
            Some(Protocol::Http1) => self.speak_http1(gate, &shared).await,
            Some(Protocol::Http2) => self.speak_http2(gate, &shared).await,
            None => {}
        }
    }

    async fn speak_http1(self, gate: Gate<TcpStream>, shared: &Arc<Shared>) {
        let Connection { peer, reception, mut stop } = self;
        let stream_grace = reception.limits.stream_grace;
        let mut builder = http1::Builder::new();
        // Who closes only the side that it sends on still waits for its answer.
        builder.half_close(true).header_read_timeout(None);
        if reception.limits.headers > HEADERS {
            builder.max_headers(reception.limits.headers);
        }
        let answers = Arc::clone(shared);
        let service = service_fn(move |request: Request<Incoming>| {
            let answer = reception.clone().answer(request, peer, Arc::clone(&answers));
            async move { Ok::<_, Infallible>(answer.await) }
        });
        let mut connection = pin!(builder.serve_connection(TokioIo::new(gate), service));
        tokio::select! {
            biased;
            // What ends it is the client's doing, and its request is in the log.
            _ = connection.as_mut() => return,
            () = stopped(&mut stop) => shared.stop(),
        }
        tokio::select! {
            biased;
            // Where the connection is idle, the gate ends it when it is asked next, which is now.
            _ = connection.as_mut() => {}
            () = shared.run_out(stream_grace) => {}
        }
    }

    async fn speak_http2(self, gate: Gate<TcpStream>, shared: &Arc<Shared>) {
        let Connection { peer, reception, mut stop } = self;
        let limits = reception.limits;
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .max_concurrent_streams(limits.streams)
            .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX))
            .keep_alive_interval(limits.idle)
            .keep_alive_timeout(PING_TIME);
        let answers = Arc::clone(shared);
        let service = service_fn(move |request: Request<Incoming>| {
            let answer = reception.clone().answer(request, peer, Arc::clone(&answers));
            async move { Ok::<_, Infallible>(answer.await) }
        });
        let mut connection = pin!(builder.serve_connection(TokioIo::new(gate), service));
        let (mut is_stopping, mut is_ending, mut begun) = (false, false, None);
        loop {
            let ends = tokio::select! {
                biased;
                _ = connection.as_mut() => return,
                () = stopped(&mut stop), if !is_stopping => {
                    is_stopping = true;
                    true
                }
                () = shared.run_out(limits.stream_grace), if is_stopping => return,
                // Idle is who has begun nothing from one look to the next.
                () = tokio::time::sleep(limits.idle), if !is_ending => {
                    let before = std::mem::replace(&mut begun, shared.begun_and_ended());
                    begun.is_some() && begun == before
                }
            };
            if ends {
                is_ending = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Waits for the stop of the server; that it was dropped is one, too.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|is_stopping| *is_stopping).await;
}
