//! A site as what a connection hands its requests to.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::response::Response;
use http::Request;

use super::app::App;

/// The same as [`router`](super::router), without what a router would do that the connection does anyway.
#[derive(Debug, Clone)]
pub(super) struct Service(pub(super) Arc<App>);

impl tower_service::Service<Request<Body>> for Service {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let app = Arc::clone(&self.0);
        Box::pin(async move { Ok(app.answer(request).await) })
    }
}
