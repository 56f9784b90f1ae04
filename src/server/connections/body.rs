//! The body of a request: how long the server waits for it, and how much of it is read.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::runtime::Handle;
use tokio::time::{Instant, Sleep, sleep_until, timeout};

use super::limits::Limits;

/// How long a client may send a body that nobody reads.
const DRAIN_TIME: Duration = Duration::from_secs(2);

/// How much of it.
const DRAIN_BYTES: usize = 16 << 20;

/// Reads a body of at most `limit` bytes; gives the status to answer with where that fails.
pub(in crate::server) async fn read(body: Body, limit: usize) -> Result<Bytes, StatusCode> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let whole = Limited::new(body, limit).collect().await;
    whole.map(http_body_util::Collected::to_bytes).map_err(|error| status(&*error))
}

fn status(error: &(dyn Error + 'static)) -> StatusCode {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return StatusCode::PAYLOAD_TOO_LARGE;
        }
        if error.is::<TooSlow>() {
            return StatusCode::REQUEST_TIMEOUT;
        }
        cause = error.source();
    }
    StatusCode::BAD_REQUEST
}

/// The error of a body that does not come in time.
#[derive(Debug)]
struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of the request took too long to arrive")
    }
}

impl Error for TooSlow {}

/// The body of a request, whose next bytes and whose end must come in time: hyper waits for them for ever.
#[derive(Debug)]
pub(super) struct RequestBody {
    /// `None` once it has failed.
    body: Option<Incoming>,
    /// How long the next bytes may take.
    idle: Duration,
    /// How long the whole body may take.
    time: Duration,
    /// `None` while no bytes are waited for.
    timer: Option<Pin<Box<Sleep>>>,
    /// `None` until bytes are waited for.
    deadline: Option<Instant>,
    /// Whether the client sends the body without being asked for it.
    is_sent: bool,
}

impl RequestBody {
    pub(super) fn new(body: Incoming, limits: &Limits, is_sent: bool) -> Self {
        let (idle, time) = (limits.body_idle, limits.body_time);
        RequestBody { body: Some(body), idle, time, timer: None, deadline: None, is_sent }
    }
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        let Some(body) = &mut this.body else { return Poll::Ready(None) };
        match Pin::new(body).poll_frame(cx) {
            Poll::Pending => {
                let timer = this.timer.get_or_insert_with(|| {
                    let now = Instant::now();
                    let deadline = this.deadline.get_or_insert(now + this.time);
                    Box::pin(sleep_until((now + this.idle).min(*deadline)))
                });
                ready!(timer.as_mut().poll(cx));
                this.body = None;
                Poll::Ready(Some(Err(TooSlow.into())))
            }
            Poll::Ready(frame) => {
                // The time that the service takes with these bytes is not the client's.
                this.timer = None;
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(SizeHint::default, HttpBody::size_hint)
    }
}

/// Reads what the client still sends. hyper would close the connection, and the system would take back a response that the client
/// has not read yet.
impl Drop for RequestBody {
    fn drop(&mut self) {
        let unread = self.body.take().filter(|body| self.is_sent && !body.is_end_stream());
        // The runtime may be gone while the server stops.
        if let (Some(body), Ok(runtime)) = (unread, Handle::try_current()) {
            runtime.spawn(timeout(DRAIN_TIME, async {
                let mut body = Limited::new(body, DRAIN_BYTES);
                while let Some(Ok(_)) = body.frame().await {}
            }));
        }
    }
}
