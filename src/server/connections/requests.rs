//! Counts the requests of a connection, and times it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use http::Version;
use tokio::time::{sleep, sleep_until};

use super::limits::Limits;

/// How often a connection that is to be closed looks whether a request still waits for its response.
const STEP: Duration = Duration::from_millis(100);

/// The requests of one connection.
#[derive(Debug)]
pub(super) struct Requests {
    pub(super) peer: SocketAddr,
    pub(super) limits: Limits,
    /// The address as the log shows it.
    peer_text: OnceLock<String>,
    /// The first valid host, which nearly all requests of a connection have.
    pub(super) valid_host: OnceLock<Box<[u8]>>,
    begun: AtomicU64,
    /// Those that have the head of their response, or never get one.
    answered: AtomicU64,
    /// Those whose response is sent.
    ended: AtomicU64,
    /// Whether the connection is one of HTTP/2, as far as is known: its first bytes may come one by one.
    is_http2: AtomicBool,
    opened: Instant,
    /// When the last response was sent, in microseconds after `opened`.
    idle_since: AtomicU64,
}

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The next request has not come in time.
    Idle,
    /// The server stops.
    Stop,
    /// The server has stopped, and responses take too long to be sent.
    NoGrace,
}

impl Requests {
    /// Those of a connection that is open from now on.
    pub(super) fn of(peer: SocketAddr, limits: Limits, is_http2: bool) -> Self {
        Requests {
            peer,
            limits,
            peer_text: OnceLock::new(),
            valid_host: OnceLock::new(),
            begun: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            is_http2: AtomicBool::new(is_http2),
            opened: Instant::now(),
            idle_since: AtomicU64::new(0),
        }
    }

    /// The address of the client, which all lines of the log about the connection show.
    pub(super) fn peer_text(&self) -> &str {
        self.peer_text.get_or_init(|| self.peer.to_string())
    }

    pub(super) fn begin(&self, version: Version) {
        self.begun.fetch_add(1, Ordering::AcqRel);
        if version == Version::HTTP_2 {
            self.is_http2.store(true, Ordering::Relaxed);
        }
    }

    /// Returns true if and only if the connection waits for its first request of HTTP/1.
    pub(super) fn is_new(&self) -> bool {
        self.begun.load(Ordering::Acquire) == 0 && !self.is_http2.load(Ordering::Relaxed)
    }

    pub(super) fn answer(&self) {
        self.answered.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn end(&self) {
        let micros = u64::try_from(self.opened.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.idle_since.store(micros, Ordering::Release);
        self.ended.fetch_add(1, Ordering::AcqRel);
    }

    /// Resolves when no request is open for too long, also while the head of one is being sent.
    ///
    /// hyper can limit the time of a head, too, but then polls each connection twice for each request.
    pub(super) async fn idle(self: Arc<Self>) -> End {
        let Limits { idle, header_time, .. } = self.limits;
        loop {
            let now = Instant::now();
            let is_http2 = self.is_http2.load(Ordering::Relaxed);
            let time = if is_http2 { idle } else { idle.min(header_time) };
            let is_idle = self.ended.load(Ordering::Acquire) == self.begun.load(Ordering::Acquire);
            let since = Duration::from_micros(self.idle_since.load(Ordering::Acquire));
            // A connection that becomes idle from now on has at least as much time.
            let deadline = if is_idle { self.opened + since + time } else { now + time };
            if deadline <= now {
                return End::Idle;
            }
            sleep_until(deadline.into()).await;
        }
    }

    /// Resolves after that long, without the time in which a request waits for its response.
    pub(super) async fn grace(self: Arc<Self>, mut time: Duration) -> End {
        while !time.is_zero() {
            let step = time.min(STEP);
            sleep(step).await;
            if self.begun.load(Ordering::Acquire) == self.answered.load(Ordering::Acquire) {
                time -= step;
            }
        }
        End::NoGrace
    }
}
