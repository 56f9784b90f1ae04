//! The body of a request, as far as it is taken and as long as it is waited for.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::HttpBody;
use bytes::Bytes;
use http::StatusCode;
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::Sleep;

use super::limits::Limits;

/// Why a request's body ends before its end.
#[derive(Debug)]
pub(crate) enum BodyError {
    /// It has more bytes than are taken.
    TooLarge,
    /// Its next bytes did not come in time.
    Idle,
    /// The connection broke, or what came is no body.
    Broken(hyper::Error),
}

impl BodyError {
    /// The status to answer with.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            BodyError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            BodyError::Idle => StatusCode::REQUEST_TIMEOUT,
            BodyError::Broken(_) => StatusCode::BAD_REQUEST,
        }
    }

    /// Finds the cause in what reading a body gave.
    pub(crate) fn find(error: &axum::Error) -> Option<&BodyError> {
        let mut error: Option<&(dyn std::error::Error + 'static)> = Some(error);
        while let Some(cause) = error {
            if let Some(found) = cause.downcast_ref() {
                return Some(found);
            }
            error = cause.source();
        }
        None
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BodyError::TooLarge => "the body of the request is too large",
            BodyError::Idle => "the body of the request took too long to arrive",
            BodyError::Broken(_) => "the body of the request broke off",
        })
    }
}

impl std::error::Error for BodyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            BodyError::Broken(error) => Some(error),
            BodyError::TooLarge | BodyError::Idle => None,
        }
    }
}

/// The body of a request, which errors where a limit is passed.
#[derive(Debug)]
pub(super) struct LimitedBody {
    body: Incoming,
    left: u64,
    limits: Limits,
    /// There while the next bytes are waited for.
    timer: Option<Pin<Box<Sleep>>>,
    has_failed: bool,
}

impl LimitedBody {
    pub(super) fn new(body: Incoming, limits: Limits) -> Self {
        LimitedBody { body, left: limits.body, limits, timer: None, has_failed: false }
    }

    fn poll_timer(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let idle = self.limits.body_idle;
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(idle)));
        timer.as_mut().poll(cx)
    }

    fn take(&mut self, frame: Frame<Bytes>) -> Result<Frame<Bytes>, BodyError> {
        let length = frame.data_ref().map_or(0, Bytes::len) as u64;
        self.left = self.left.checked_sub(length).ok_or(BodyError::TooLarge)?;
        Ok(frame)
    }
}

impl HttpBody for LimitedBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if self.has_failed {
            return Poll::Ready(None);
        }
        let result = match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Pending => {
                ready!(self.poll_timer(cx));
                Err(BodyError::Idle)
            }
            Poll::Ready(None) => return Poll::Ready(None),
            Poll::Ready(Some(Err(error))) => Err(BodyError::Broken(error)),
            Poll::Ready(Some(Ok(frame))) => self.take(frame),
        };
        self.has_failed = result.is_err();
        // The time that the service takes with these bytes is not the client's.
        self.timer = None;
        Poll::Ready(Some(result))
    }

    fn is_end_stream(&self) -> bool {
        self.has_failed || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
