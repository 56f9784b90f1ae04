//! The bodies of responses.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body, Frame};
use tokio::sync::mpsc::UnboundedReceiver;

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The body of a response to a browser.
pub(crate) type ProxyBody = BoxBody<Bytes, BoxError>;

/// A body of text.
pub(crate) fn text(text: impl Into<Bytes>) -> ProxyBody {
    Full::new(text.into()).map_err(|never| match never {}).boxed()
}

/// A response with text.
pub(crate) fn response(
    status: StatusCode,
    content_type: &'static str,
    content: impl Into<Bytes>,
) -> Response<ProxyBody> {
    let mut response = Response::new(text(content));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A response with plain text.
pub(crate) fn plain(status: StatusCode, content: impl Into<Bytes>) -> Response<ProxyBody> {
    response(status, "text/plain; charset=utf-8", content)
}

/// Reads a body; `None` if it is too long, or broken. The future is boxed, because rustc cannot prove that it is `Send`.
pub(crate) fn read<B>(body: B, most: usize) -> Pin<Box<dyn Future<Output = Option<Bytes>> + Send>>
where
    B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    Box::pin(async move { Some(Limited::new(body, most).collect().await.ok()?.to_bytes()) })
}

/// A body that ends when its sender is dropped.
#[derive(Debug)]
pub(crate) struct ChannelBody(pub(crate) UnboundedReceiver<Bytes>);

impl Body for ChannelBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.0.poll_recv(context).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// A body that holds a value until it is sent.
#[derive(Debug)]
pub(crate) struct Holding<T> {
    pub(crate) body: ProxyBody,
    pub(crate) _held: T,
}

impl<T: Unpin> Body for Holding<T> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.body.size_hint()
    }
}
