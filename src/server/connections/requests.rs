//! Counts the requests of a connection, and times it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
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
    opened: Instant,
    /// Since when the head of an HTTP/1 request is awaited, in microseconds after `opened`; 0 if none is.
    awaited: AtomicU64,
}

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The head of a request has not come in time.
    NoHead,
    /// There was no request for too long.
    Idle,
    /// The server stops.
    Stop,
    /// The server has stopped, and responses take too long to be sent.
    NoGrace,
}

impl Requests {
    pub(super) fn of(peer: SocketAddr, limits: Limits) -> Self {
        Requests {
            peer,
            limits,
            peer_text: OnceLock::new(),
            valid_host: OnceLock::new(),
            begun: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            opened: Instant::now(),
            awaited: AtomicU64::new(0),
        }
    }

    /// The address of the client, which all lines of the log about the connection show.
    pub(super) fn peer_text(&self) -> &str {
        self.peer_text.get_or_init(|| self.peer.to_string())
    }

    /// Notes that the head of a request of HTTP/1 is awaited.
    ///
    /// hyper can limit the time of a head, too, but then polls each connection twice for each request.
    pub(super) fn await_head(&self) {
        let micros = u64::try_from(self.opened.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.awaited.store(micros.max(1), Ordering::Release);
    }

    pub(super) fn begin(&self) {
        self.awaited.store(0, Ordering::Release);
        self.begun.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn have_begun(&self) -> bool {
        self.begun.load(Ordering::Acquire) > 0
    }

    pub(super) fn answer(&self) {
        self.answered.fetch_add(1, Ordering::AcqRel);
    }

    /// Notes that a response is sent. Over HTTP/1, the head of the next request is awaited from now on.
    pub(super) fn end(&self, version: Version) {
        self.ended.fetch_add(1, Ordering::AcqRel);
        if version != Version::HTTP_2 {
            self.await_head();
        }
    }

    /// When the awaited head must be there.
    fn deadline(&self) -> Option<Instant> {
        let awaited = self.awaited.load(Ordering::Acquire);
        let time = self.limits.header_time;
        (awaited > 0).then(|| self.opened + Duration::from_micros(awaited) + time)
    }

    /// Resolves when a head has not come in time, or when no request has begun or ended for the time of an idle connection, unless
    /// it is closing anyway.
    pub(super) async fn overdue(self: Arc<Self>, is_closing: bool) -> End {
        let (now, limits) = (Instant::now(), &self.limits);
        let (mut look, mut before) = ((!is_closing).then(|| now + limits.idle), None);
        loop {
            let (now, deadline) = (Instant::now(), self.deadline());
            if deadline.is_some_and(|deadline| deadline <= now) {
                return End::NoHead;
            }
            if look.is_some_and(|look| look <= now) {
                let idle = self.idle();
                // A connection without any request has been idle since it was opened.
                if idle.is_some() && (idle == before || idle == Some(0)) {
                    return End::Idle;
                }
                (look, before) = (Some(now + limits.idle), idle);
            }
            // A head that is waited for from now on has at least as much time.
            let next = deadline.unwrap_or(now + limits.header_time);
            sleep_until(look.map_or(next, |look| look.min(next)).into()).await;
        }
    }

    /// The number of all requests, if none waits for its response.
    fn idle(&self) -> Option<u64> {
        let ended = self.ended.load(Ordering::Acquire);
        (self.begun.load(Ordering::Acquire) == ended).then_some(ended)
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
