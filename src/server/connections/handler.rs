//! Answers one request: checks it, asks the service, and logs it.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::response::Response;
use http::request::Parts;
use http::{HeaderValue, Request, Version, header};
use http_body_util::Limited;
use hyper::body::Incoming;

use super::admission::{Refusal, admit};
use super::body::RequestBody;
use super::framing;
use super::record::{Record, RecordedBody};
use super::requests::Requests;
use crate::request::authority::Authority;
use crate::routing::request_path::RequestPath;
use crate::server::received::Received;

/// What answers the requests of all connections.
pub(crate) trait Service: Send + Sync + 'static {
    /// Answers a request.
    ///
    /// Its target is a path, its host is in the only header `Host`, and its body ends with an error at a limit.
    fn answer(&self, received: Received<'_>) -> impl Future<Output = Response> + Send;

    /// Returns true if and only if the site is at a host, which the target of a request names.
    fn is_at(&self, authority: &Authority) -> bool;
}

/// Answers a request with a service, or refuses it.
pub(super) async fn answer<S: Service>(
    service: Arc<S>,
    request: Request<Incoming>,
    requests: Arc<Requests>,
) -> Result<Response<RecordedBody>, Infallible> {
    let (mut head, body) = request.into_parts();
    let (version, method) = (head.version, head.method.clone());
    let mut record = Record::begin(requests, version);
    let admitted = admitted(&*service, &mut head, body, &mut record);
    let closes = admitted.is_err() && version != Version::HTTP_2;
    let mut response = match admitted {
        Ok(received) => service.answer(received).await,
        Err(refusal) => refusal.response(),
    };
    framing::settle(&method, &mut response);
    if closes {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let (parts, body) = response.into_parts();
    let body = record.follow(parts.status, body);
    Ok(Response::from_parts(parts, body))
}

/// The request as the service sees it.
fn admitted<'a, S: Service>(
    service: &S,
    head: &'a mut Parts,
    body: Incoming,
    record: &mut Record,
) -> Result<Received<'a>, Refusal> {
    let requests = &record.requests;
    let limits = &requests.limits;
    let body = (!body.is_end_stream()).then(|| {
        let is_sent = !head.headers.contains_key(header::EXPECT);
        RequestBody::new(body, limits, is_sent)
    });
    admit(head, limits, &requests.valid_host, |authority| service.is_at(authority))?;
    if body.as_ref().is_some_and(|body| body.size_hint().lower() > limits.body as u64) {
        return Err(Refusal::BODY_TOO_LARGE);
    }
    let body = body.map_or_else(Body::empty, |body| Body::new(Limited::new(body, limits.body)));
    let path = RequestPath::parse(head.uri.path());
    if let Ok(path) = &path {
        record.note(&head.method, path);
    }
    let (peer, id) = (Some(record.requests.peer.ip()), Some(record.id));
    Ok(Received { head, body, path, peer, id })
}
