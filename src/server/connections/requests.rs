//! Counts the requests of a connection, and times it.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};
use tokio::time::{sleep, sleep_until};

use super::limits::Limits;

/// How often a connection that is to be closed looks whether a request still waits for its response.
const STEP: Duration = Duration::from_millis(100);

/// The requests of one connection.
#[derive(Debug)]
pub(super) struct Requests {
    pub(super) peer: SocketAddr,
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
    /// When the head that is waited for must be there, in microseconds after `opened`; 0 if none is waited for.
    deadline: AtomicU64,
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
    pub(super) fn of(peer: SocketAddr) -> Self {
        Requests {
            peer,
            peer_text: OnceLock::new(),
            valid_host: OnceLock::new(),
            begun: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            opened: Instant::now(),
            deadline: AtomicU64::new(0),
        }
    }

    /// The address of the client, which all lines of the log about the connection show.
    pub(super) fn peer_text(&self) -> &str {
        self.peer_text.get_or_init(|| self.peer.to_string())
    }

    pub(super) fn begin(&self) {
        self.deadline.store(0, Ordering::Release);
        self.begun.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn answer(&self) {
        self.answered.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn end(&self) {
        self.ended.fetch_add(1, Ordering::AcqRel);
    }

    /// The time by which a head must be there.
    fn deadline(&self) -> Option<Instant> {
        let microseconds = self.deadline.load(Ordering::Acquire);
        (microseconds > 0).then(|| self.opened + Duration::from_micros(microseconds))
    }

    /// Resolves when a head has not come in time, or when no request has begun or ended for the time of an idle connection, unless
    /// it is closing anyway.
    pub(super) async fn overdue(self: Arc<Self>, limits: Limits, is_closing: bool) -> End {
        let now = Instant::now();
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

/// hyper's timer for the heads of requests of HTTP/1. It only notes when a head is due, and [`Requests::overdue`] waits, because a
/// timer for each request costs more than reading its head.
#[derive(Debug)]
pub(super) struct HeadTimer(pub(super) Arc<Requests>);

/// What hyper waits for. It never ends: the connection does.
struct Noted;

impl Timer for HeadTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        let after = deadline.saturating_duration_since(self.0.opened).as_micros();
        let after = u64::try_from(after).unwrap_or(u64::MAX).max(1);
        self.0.deadline.store(after, Ordering::Release);
        Box::pin(Noted)
    }
}

impl Future for Noted {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
}

impl Sleep for Noted {}
