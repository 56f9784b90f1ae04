//! Where requests come in: those that are refused go no further, the others to the service.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::response::Response;
use http::{HeaderValue, Method, Request, Version, header};
use hyper::body::Incoming;
use tower_service::Service;

use super::admission::{IsOurs, admit};
use super::body_limit::LimitedBody;
use super::framing;
use super::limits::Limits;
use super::record::{Record, RecordedBody};
use super::refusal::Refusal;
use super::shared::Shared;

/// The service, and what is asked before it is.
#[derive(Clone)]
pub(super) struct Reception<S> {
    pub(super) service: S,
    pub(super) is_ours: IsOurs,
    pub(super) limits: Limits,
}

impl<S> Reception<S>
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Send,
    S::Future: Send,
{
    /// Answers a request.
    pub(super) async fn answer(
        mut self,
        request: Request<Incoming>,
        peer: SocketAddr,
        shared: Arc<Shared>,
    ) -> Response<RecordedBody> {
        let mut record = Record::begin(peer, Arc::clone(&shared));
        let version = request.version();
        let is_head = request.method() == Method::HEAD;
        // The end of chunks is not looked for at the gate, where the next head would be checked.
        let is_chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
        let answered = match shared.refusal() {
            Some(refusal) => Err(refusal),
            None => self.ask(request, peer, &mut record).await,
        };
        let is_last = is_chunked || answered.is_err();
        let mut response = answered.unwrap_or_else(Refusal::response);
        framing::settle(&mut response, is_head);
        if version != Version::HTTP_2 && (is_last || shared.is_stopping()) {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
        }
        let (parts, body) = response.into_parts();
        let body = record.follow(parts.status, body);
        Response::from_parts(parts, body)
    }

    async fn ask(
        &mut self,
        request: Request<Incoming>,
        peer: SocketAddr,
        record: &mut Record,
    ) -> Result<Response, Refusal> {
        let (mut parts, body) = request.into_parts();
        admit(&mut parts, &self.limits, &self.is_ours)?;
        record.note(&parts);
        parts.extensions.insert(peer);
        parts.extensions.insert(record.id());
        let body = match body.is_end_stream() {
            true => Body::empty(),
            false => Body::new(LimitedBody::new(body, self.limits)),
        };
        let Ok(()) = poll_fn(|cx| self.service.poll_ready(cx)).await;
        let Ok(response) = self.service.call(Request::from_parts(parts, body)).await;
        Ok(response)
    }
}
