//! Counts the requests of a connection.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How often a connection that is to be closed looks whether a request still waits for its response.
const STEP: Duration = Duration::from_millis(100);

/// The requests of one connection.
#[derive(Debug)]
pub(super) struct Requests {
    pub(super) peer: SocketAddr,
    /// The address as the log shows it.
    peer_text: OnceLock<String>,
    begun: AtomicU64,
    /// Those that have the head of their response, or never get one.
    answered: AtomicU64,
    /// Those whose response is sent.
    ended: AtomicU64,
}

impl Requests {
    pub(super) fn of(peer: SocketAddr) -> Self {
        Requests {
            peer,
            peer_text: OnceLock::new(),
            begun: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            ended: AtomicU64::new(0),
        }
    }

    /// The address of the client, which all lines of the log about the connection show.
    pub(super) fn peer_text(&self) -> &str {
        self.peer_text.get_or_init(|| self.peer.to_string())
    }

    pub(super) fn begin(&self) {
        self.begun.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn answer(&self) {
        self.answered.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn end(&self) {
        self.ended.fetch_add(1, Ordering::AcqRel);
    }

    /// Resolves when no request has begun or ended for that long.
    pub(super) async fn idle(&self, time: Duration) {
        let mut before = None;
        loop {
            tokio::time::sleep(time).await;
            let ended = self.ended.load(Ordering::Acquire);
            let now = (self.begun.load(Ordering::Acquire) == ended).then_some(ended);
            // A connection without any request has been idle since it was opened.
            if now.is_some() && (now == before || now == Some(0)) {
                return;
            }
            before = now;
        }
    }

    /// Resolves after that long, without the time in which a request waits for its response.
    pub(super) async fn grace(&self, mut time: Duration) {
        while !time.is_zero() {
            let step = time.min(STEP);
            tokio::time::sleep(step).await;
            if self.begun.load(Ordering::Acquire) == self.answered.load(Ordering::Acquire) {
                time -= step;
            }
        }
    }
}
