//! Answers the requests that `cargo dev` passes on.

use std::pin::pin;
use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use http::{Request, StatusCode, Uri};
use tokio::task::spawn_blocking;

use super::message;
use super::pages::DevPages;
use super::public::PublicFiles;
use crate::request::engine::EngineRef;
use crate::request::handle::{Failed, Fault, Handler};
use crate::request::path::RequestedPath;
use crate::request::resolve::{Resolved, resolve};
use crate::request::target::{NameOfStatus, ResolvedPage};
use crate::routing::page_path::RoutePath;
use crate::server::connections::{self, Authority};
use crate::server::forwarded::Forwarded;
use crate::server::incoming::Incoming;
use crate::server::{csrf, header_rules};
use crate::site::Site;

/// A site in development.
#[derive(Debug)]
pub(super) struct DevApp {
    site: &'static Site,
    public: Arc<PublicFiles>,
    engine: EngineRef,
    origins: Forwarded,
}

impl DevApp {
    pub(super) fn new(site: &'static Site, origins: Forwarded) -> Self {
        let public = Arc::new(PublicFiles::of(site.folder().join("public")));
        let engine: EngineRef = Arc::new(DevPages { site, public: Arc::clone(&public) });
        DevApp { site, public, engine, origins }
    }

    pub(super) fn is_at(&self, authority: &Authority) -> bool {
        self.origins.is_at(authority)
    }

    /// Answers a request. The second value is true if the response is a [message] for `cargo dev`.
    pub(super) async fn answer(&self, request: Request<Body>) -> (Response, bool) {
        if !self.public.is_listed() {
            let public = Arc::clone(&self.public);
            let _ = spawn_blocking(move || public.list().len()).await;
        }
        let (mut head, body) = request.into_parts();
        if let Some(client) = self.origins.client_of_proxy(&head) {
            head.extensions.insert(client);
        }
        let (method, uri) = (head.method.clone(), head.uri.clone());
        let origin = self.origins.origin(&head).into_owned();
        let log = |text: &str| tracing::error!("{text}");
        let handler = Handler { engine: &self.engine, origin: &origin, log: &log };
        let answering = pin!(self.parsed(&handler, head, body));
        let response = handler.guarded(&method, &uri, answering).await;
        if let Some(failed) = response.extensions().get::<Failed>() {
            return (message::failed(failed, response.status()), true);
        }
        let is_nothing = response.status() == StatusCode::NOT_FOUND
            && response.extensions().get::<NameOfStatus>().is_some();
        match is_nothing {
            true => (message::not_found(self.site, uri.path()), true),
            false => (response, false),
        }
    }

    async fn parsed<L: Fn(&str)>(
        &self,
        handler: &Handler<'_, L>,
        head: Parts,
        body: Body,
    ) -> Response {
        let path = match handler.parse(&head.uri) {
            Ok(path) => path,
            Err(bad) => return handler.refuse(Request::from_parts(head, Bytes::new()), bad).await,
        };
        if self.site.config.server.check_origin
            && let Some(refusal) = csrf::refuse(&head, handler.origin)
        {
            return refusal;
        }
        let incoming = Incoming { head, path };
        let url = incoming.url();
        let mut response = self.resolved(handler, incoming, body).await;
        header_rules::add(self.site, &url, &mut response);
        response
    }

    async fn resolved<L: Fn(&str)>(
        &self,
        handler: &Handler<'_, L>,
        Incoming { head, path }: Incoming,
        body: Body,
    ) -> Response {
        let found = match resolve(&*self.engine, &path, &head.method, &head.uri).await {
            Ok(Resolved::Page { path, page }) => Some((path, page)),
            Ok(Resolved::NotFound) => None,
            Ok(Resolved::File { path, .. }) => return self.file(&path, &head).await,
            Ok(Resolved::Redirect(response)) => return response,
            // No page is refused: `csrf` has looked at the request.
            Ok(Resolved::Forbidden) => return StatusCode::FORBIDDEN.into_response(),
            Err(error) => {
                let request = Request::from_parts(head, Bytes::new());
                return handler.failed(request, Some(&path), Fault::Error(error)).await;
            }
        };
        self.page(handler, head, &path, body, found).await
    }

    async fn page<L: Fn(&str)>(
        &self,
        handler: &Handler<'_, L>,
        head: Parts,
        path: &RequestedPath,
        body: Body,
        found: Option<(RoutePath, ResolvedPage)>,
    ) -> Response {
        let bytes = connections::read(body, self.site.config.server.body_limit).await;
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(status) => return (status, status.to_string()).into_response(),
        };
        let is_prerendered = found.as_ref().is_some_and(|(_, page)| page.route.is_prerendered());
        let request = match is_prerendered {
            true => as_in_a_build(head),
            false => Request::from_parts(head, bytes),
        };
        handler.page(request, path, found).await
    }

    async fn file(&self, path: &RoutePath, head: &Parts) -> Response {
        let name = self.public.find(self.site.config, path);
        match name.and_then(|name| self.public.file(&name)) {
            Some(file) => file.respond(head, StatusCode::OK).await,
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

/// The request that a prerendered page sees: a build has no headers, no query and no body.
fn as_in_a_build(head: Parts) -> Request<Bytes> {
    let mut request = Request::new(Bytes::new());
    *request.method_mut() = head.method;
    *request.uri_mut() = head.uri.path().parse().unwrap_or_else(|_| Uri::from_static("/"));
    request
}
