//! The loop that accepts connections.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::addresses::Addresses;
use super::connection::Connections;
use super::handler::Service;
use super::limits::Limits;

/// How long no connection is accepted after the system has refused one, most often for the lack of file handles.
const PAUSE: Duration = Duration::from_millis(50);

/// Answers requests with a service until `stop` resolves, and then those that have begun.
///
/// The service sees requests as [`Service`] describes.
pub(crate) async fn serve<S: Service>(
    listener: TcpListener,
    service: Arc<S>,
    limits: Limits,
    stop: impl Future<Output = ()> + Send,
) {
    let addresses = Arc::new(Addresses::default());
    let (stopping, stopped) = watch::channel(false);
    let connections = Arc::new(Connections::new(service, limits, stopped));
    let mut open = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let has_room = open.len() < limits.connections;
        tokio::select! {
            biased;
            () = &mut stop => break,
            Some(_) = open.join_next() => {}
            accepted = listener.accept(), if has_room => match accepted {
                Ok((stream, peer)) => {
                    let place = addresses.enter(peer.ip(), limits.connections_per_address);
                    let Some(place) = place else { continue };
                    let connections = Arc::clone(&connections);
                    open.spawn(async move {
                        // If this fails, small responses are slower, and still right.
                        let _ = stream.set_nodelay(true);
                        connections.drive(stream, peer).await;
                        drop(place);
                    });
                }
                Err(error) => pause(&error).await,
            },
        }
    }
    drop(listener);
    stopping.send_replace(true);
    let ends = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.grace, ends).await.is_err() {
        tracing::warn!(connections = open.len(), "requests took too long to end: cut off");
        open.shutdown().await;
    }
}

/// Waits after an error of `accept`, unless it is about the one connection that went away.
async fn pause(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        return;
    }
    tracing::warn!(%error, "a connection cannot be accepted; if too many files are open, raise their limit");
    tokio::time::sleep(PAUSE).await;
}
