//! What the parts of one connection tell each other.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use super::refusal::Refusal;

/// The state of a connection.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Why the next request is refused, which is the last of the connection.
    refusal: OnceLock<Refusal>,
    is_stopping: AtomicBool,
    open: AtomicUsize,
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
