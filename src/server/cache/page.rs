//! A rendered page in the cache.

use std::pin::Pin;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::body::{Body, HttpBody};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, StreamExt};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body_util::{BodyExt, BodyStream, StreamBody};
use hyper::body::Frame;

use crate::page::error;
use crate::request::run::caught;

/// The largest page that is cached. A larger one is rendered for each request.
pub(super) const LARGEST: usize = 16 << 20;

/// Renders a page. Most requests find one in the cache, so the future is only made where it is awaited.
pub(in crate::server) type Render = Box<dyn FnOnce() -> Rendering + Send>;

/// A page that is being rendered.
pub(in crate::server) type Rendering = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;

/// A response that is sent many times.
#[derive(Debug)]
pub(super) struct Page {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Bytes,
}

/// The response of a page.
pub(super) enum Rendered {
    Page(Arc<Page>),
    /// A response for one client only: a redirect, an error, a cookie, or a body that is too large.
    Other(Response),
}

impl Rendered {
    pub(super) fn response(self, seconds: u64) -> Response {
        match self {
            Rendered::Page(page) => page.response(seconds),
            Rendered::Other(response) => response,
        }
    }
}

/// Renders a page, and reads its body if it can be cached.
///
/// # Errors
///
/// What rendering fails with, or an error of the body. A panic is an error, too.
pub(super) async fn rendered(render: Render) -> Result<Rendered> {
    // Boxed, so that the many requests that find a page in the cache need no room for this.
    let rendered = caught(Box::pin(read_if_kept(render))).await;
    rendered.unwrap_or_else(|panic| Err(error::panicked("the page", panic)))
}

async fn read_if_kept(render: Render) -> Result<Rendered> {
    let response = render().await?;
    let is_private = response.headers().contains_key(header::SET_COOKIE) || is_of_events(&response);
    let least = usize::try_from(response.body().size_hint().lower()).unwrap_or(usize::MAX);
    if response.status() != StatusCode::OK || is_private || least > LARGEST {
        return Ok(Rendered::Other(response));
    }
    let (head, body) = response.into_parts();
    match read(body).await? {
        Ok(bytes) => {
            let (status, headers) = (head.status, head.headers);
            Ok(Rendered::Page(Arc::new(Page { status, headers, bytes })))
        }
        Err(body) => Ok(Rendered::Other(Response::from_parts(head, body))),
    }
}

/// Returns true if and only if the response is a stream of events, which has no end.
fn is_of_events(response: &Response) -> bool {
    let content_type = response.headers().get(header::CONTENT_TYPE);
    content_type.is_some_and(|value| value.as_bytes().starts_with(b"text/event-stream"))
}

/// Reads a body to its end; returns it whole as an error if it is too large for the cache.
async fn read(mut body: Body) -> Result<Result<Bytes, Body>> {
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.context("the body of the response broke off")?;
        let Ok(data) = frame.into_data() else { continue };
        // Most bodies have one frame, which is not copied.
        if read.is_empty() && data.len() <= LARGEST && body.is_end_stream() {
            return Ok(Ok(data));
        }
        read.extend_from_slice(&data);
        if read.len() > LARGEST {
            let first = Ok(Frame::data(read.freeze()));
            let whole = stream::iter([first]).chain(BodyStream::new(body));
            return Ok(Err(Body::new(StreamBody::new(whole))));
        }
    }
    Ok(Ok(read.freeze()))
}

impl Page {
    pub(super) fn response(&self, seconds: u64) -> Response {
        let mut response = Response::new(Body::from(self.bytes.clone()));
        *response.status_mut() = self.status;
        self.headers.clone_into(response.headers_mut());
        let shared = format!("s-maxage={seconds}, stale-while-revalidate");
        if let Ok(shared) = HeaderValue::from_str(&shared) {
            response.headers_mut().entry(header::CACHE_CONTROL).or_insert(shared);
        }
        response
    }

    /// Its size in bytes.
    pub(super) fn size(&self) -> usize {
        let header = |(name, value): (&header::HeaderName, &HeaderValue)| {
            name.as_str().len() + value.len() + size_of::<(header::HeaderName, HeaderValue)>()
        };
        size_of::<Page>() + self.bytes.len() + self.headers.iter().map(header).sum::<usize>()
    }
}
