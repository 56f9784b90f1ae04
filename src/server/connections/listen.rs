//! The loop that accepts connections, and its end.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http::Request;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower_service::Service;

use super::admission::IsOurs;
use super::connection::Connection;
use super::limits::Limits;
use super::reception::Reception;

/// How long no connection is accepted after the system refused one, for the lack of file handles above all.
const PAUSE: Duration = Duration::from_millis(50);

/// Answers requests with a service until `stop` resolves, and then those that have begun.
///
/// The service sees targets that are paths, with the host in `Host`, one at most. The extensions of a request have
/// the client's [`SocketAddr`] and a [`RequestId`](super::request_id::RequestId); its body errors with
/// [`BodyError`](super::body_limit::BodyError) where it passes a limit. `is_ours` is asked about the host where the target of
/// a request of HTTP/1 is a whole URL.
pub(crate) async fn serve<S>(
    listener: TcpListener,
    service: S,
    is_ours: IsOurs,
    limits: Limits,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()>
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    // What cannot be listened on is told at once; all that fails later concerns one connection.
    listener.local_addr()?;
    let (stopping, is_stopping) = watch::channel(false);
    let reception = Reception { service, is_ours, limits };
    let mut connections = JoinSet::new();
    let open = |connections: &mut JoinSet<()>, (stream, peer): (TcpStream, SocketAddr)| {
        // Where it cannot be set, small answers are slow, and right.
        let _ = stream.set_nodelay(true);
        let connection =
            Connection { peer, reception: reception.clone(), stop: is_stopping.clone() };
        connections.spawn(connection.drive(stream));
    };
    let mut stop = pin!(stop);
    loop {
        let has_room = connections.len() < limits.connections;
        tokio::select! {
            biased;
            () = &mut stop => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if has_room => match accepted {
                Ok(accepted) => open(&mut connections, accepted),
                Err(error) => pause(&error).await,
            },
        }
    }
    // For who waits to be accepted, the connection is there already, and maybe a request is sent.
    while connections.len() < limits.connections
        && let Some(accepted) = accept_now(&listener).await
    {
        open(&mut connections, accepted);
    }
    drop(listener);
    stopping.send_replace(true);
    let ends = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.grace, ends).await.is_err() {
        tracing::warn!(connections = connections.len(), "requests took too long to end: cut off");
        connections.shutdown().await;
    }
    Ok(())
}

/// Takes a connection if there is one.
async fn accept_now(listener: &TcpListener) -> Option<(TcpStream, SocketAddr)> {
    poll_fn(|cx| match listener.poll_accept(cx) {
        Poll::Ready(accepted) => Poll::Ready(accepted.ok()),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// Waits after an error of `accept`, unless it is about the one connection that went away.
async fn pause(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        return;
    }
    tracing::warn!(%error, "a connection cannot be accepted; if files are too many, raise their limit");
    tokio::time::sleep(PAUSE).await;
}
