//! What the parts of one connection tell each other.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use super::refusal::Refusal;

/// How often a connection that is to end looks whether a request still waits for its answer.
const STEP: Duration = Duration::from_millis(100);

/// The state of a connection.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Why the next request is refused, which is the last of the connection.
    refusal: OnceLock<Refusal>,
    is_stopping: AtomicBool,
    open: AtomicUsize,
    /// The requests that are open and have no answer yet.
    waiting: AtomicUsize,
    begun: AtomicU64,
    /// The address of the client, as the log has it.
    peer: OnceLock<String>,
}

impl Shared {
    pub(super) fn refuse(&self, refusal: Refusal) {
        // The first is the one that the client is told.
        let _ = self.refusal.set(refusal);
    }

    pub(super) fn refusal(&self) -> Option<Refusal> {
        self.refusal.get().copied()
    }

    /// Makes the request that is being answered the last one.
    pub(super) fn stop(&self) {
        self.is_stopping.store(true, Ordering::Release);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Acquire)
    }

    /// The text of the one address that all requests come from.
    pub(super) fn shown(&self, peer: SocketAddr) -> &str {
        self.peer.get_or_init(|| peer.to_string())
    }

    pub(super) fn begin(&self) {
        self.begun.fetch_add(1, Ordering::AcqRel);
        self.open.fetch_add(1, Ordering::AcqRel);
        self.waiting.fetch_add(1, Ordering::AcqRel);
    }

    /// Notes that a request has got the head of its answer, or never will.
    pub(super) fn answer(&self) {
        self.waiting.fetch_sub(1, Ordering::AcqRel);
    }

    /// Ends when all answers that have begun have had a time, in which no request waited for its answer.
    pub(super) async fn run_out(&self, mut time: Duration) {
        while !time.is_zero() {
            let step = time.min(STEP);
            tokio::time::sleep(step).await;
            if self.waiting.load(Ordering::Acquire) == 0 {
                time -= step;
            }
        }
    }

    pub(super) fn end(&self) {
        self.open.fetch_sub(1, Ordering::AcqRel);
    }

    /// The requests that have begun so far; `None` while one of them is open.
    pub(super) fn begun_and_ended(&self) -> Option<u64> {
        let begun = self.begun.load(Ordering::Acquire);
        (self.open.load(Ordering::Acquire) == 0).then_some(begun)
    }
}
