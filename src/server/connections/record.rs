//! The line of the access log for each request.

use std::any::Any;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http::{Method, StatusCode, Version};
use hyper::body::{Frame, SizeHint};

use super::requests::Requests;
use crate::page::error;
use crate::request::exit;
use crate::routing::request_path::RequestPath;
use crate::server::log;
use crate::server::request_id::RequestId;

/// The line of a request. It is logged when the record is dropped: when the response is sent, or its client is gone.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) id: RequestId,
    begun: Instant,
    /// The method and the decoded path, unless the request is refused.
    target: Option<(Method, String)>,
    status: Option<StatusCode>,
    sent: u64,
    pub(super) requests: Arc<Requests>,
}

impl Record {
    pub(super) fn begin(requests: Arc<Requests>, version: Version) -> Self {
        requests.begin(version);
        let (id, begun) = (RequestId::next(), Instant::now());
        Record { id, begun, target: None, status: None, sent: 0, requests }
    }

    /// Notes the method and the path of a request.
    pub(super) fn note(&mut self, method: &Method, path: &RequestPath) {
        if tracing::enabled!(target: "kiln::request", tracing::Level::INFO) {
            self.target = Some((method.clone(), path.display()));
        }
    }

    /// Gives the record to the body of the response, which ends last.
    pub(super) fn follow(mut self, status: StatusCode, body: Body) -> RecordedBody {
        self.status = Some(status);
        self.requests.answer();
        RecordedBody { body, record: self }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        if self.status.is_none() {
            self.requests.answer();
        }
        self.requests.end();
        tracing::info!(target: "kiln::request", "{self}");
    }
}

/// The line. It is one message, because tracing formats each field on its own.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Record { id, begun, target, status, sent, requests, .. } = self;
        let (method, path) = match target {
            Some((method, path)) => (method.as_str(), path.as_str()),
            None => ("-", "-"),
        };
        write!(f, "method=\"{method}\" path={}", log::Escaped(path))?;
        if let Some(status) = status {
            write!(f, " status={}", status.as_u16())?;
        }
        let microseconds = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let peer = requests.peer_text();
        write!(f, " bytes={sent} microseconds={microseconds} peer={peer} id={id}")
    }
}

/// The body of a response, counted as it is sent.
#[derive(Debug)]
pub(super) struct RecordedBody {
    body: Body,
    record: Record,
}

impl RecordedBody {
    /// Ends the body, and logs its panic.
    fn broken(&mut self, panic: Box<dyn Any + Send>) -> axum::Error {
        error::discard(std::mem::take(&mut self.body));
        let text = format!("the body of the response panicked: {}", error::take_panic(panic));
        let path = self.record.target.as_ref().map_or("-", |(_, path)| path);
        log::failure(Some(self.record.id), &format!("{path}: {text}"));
        axum::Error::new(io::Error::other(text))
    }
}

impl Drop for RecordedBody {
    fn drop(&mut self) {
        error::discard(std::mem::take(&mut self.body));
    }
}

impl HttpBody for RecordedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        // The body is code of the site. A panic in it must not end the other requests of the connection.
        let polled = exit::within_site(|| {
            catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.body).poll_frame(cx)))
        });
        let frame =
            ready!(polled.unwrap_or_else(|panic| Poll::Ready(Some(Err(self.broken(panic))))));
        if let Some(Ok(frame)) = &frame {
            self.record.sent += frame.data_ref().map_or(0, Bytes::len) as u64;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::server::connections::Limits;

    fn record() -> Record {
        let requests = Requests::of(([127, 0, 0, 1], 80).into(), Limits::default(), false);
        Record::begin(Arc::new(requests), Version::HTTP_11)
    }

    #[test]
    fn a_request_is_one_line() {
        let mut record = record();
        record.target = Some((Method::GET, "/caf\u{e9}".to_owned()));
        let mut body = record.follow(StatusCode::NOT_FOUND, Body::from("four"));
        let mut cx = Context::from_waker(std::task::Waker::noop());
        assert!(Pin::new(&mut body).poll_frame(&mut cx).is_ready());
        let line = body.record.to_string();
        assert!(line.starts_with("method=\"GET\" path=/caf\u{e9} status=404 bytes=4 "), "{line}");
        assert!(line.contains(" peer=127.0.0.1:80 id="), "{line}");
    }

    #[test]
    fn of_a_refused_request_nothing_is_repeated() {
        let line = record().to_string();
        assert!(line.starts_with("method=\"-\" path=- bytes=0 "), "{line}");
        let refused = record().follow(StatusCode::BAD_REQUEST, Body::empty());
        let line = refused.record.to_string();
        assert!(line.starts_with("method=\"-\" path=- status=400 bytes=0 "), "{line}");
    }
}
