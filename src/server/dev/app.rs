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
use super::sitemap;
use crate::assets::Asset;
use crate::assets::store::Lifetime;
use crate::config;
use crate::request::authority::Authority;
use crate::request::engine::EngineRef;
use crate::request::forwarded::Forwarded;
use crate::request::handle::{Failed, Fault, Handler};
use crate::request::path::RequestedPath;
use crate::request::resolve::{Resolved, resolve};
use crate::request::target::{NameOfStatus, ResolvedPage};
use crate::request::{csrf, header_rules};
use crate::routing::page_path::RoutePath;
use crate::routing::url;
use crate::server::connections;
use crate::server::files;
use crate::server::received::{Received, take};
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
        site.load_collections();
        let assets = Arc::new(site.assets(Lifetime::UntilChanged));
        let engine: EngineRef = Arc::new(DevPages { site, public: Arc::clone(&public), assets });
        DevApp { site, public, engine, origins }
    }

    pub(super) fn is_at(&self, authority: &Authority) -> bool {
        self.origins.is_at(authority)
    }

    /// Answers a request. The second value is true if the response is a [message] for `cargo dev`.
    pub(super) async fn answer(&self, received: Received<'_>) -> (Response, bool) {
        if !self.public.is_listed() {
            let public = Arc::clone(&self.public);
            let _ = spawn_blocking(move || public.list().len()).await;
        }
        let Received { head, body, path, peer, .. } = received;
        let head = take(head);
        let client = peer.map(|peer| self.origins.client(&head.headers, peer));
        let path = path.map(|path| RequestedPath::new(path, self.site.config.base));
        let (method, uri) = (head.method.clone(), head.uri.clone());
        let origin = self.origins.origin(&head.headers, peer).into_owned();
        let log = |text: &str| tracing::error!("{text}");
        let handler = Handler { engine: &self.engine, origin: &origin, client, log: &log };
        let answering = pin!(async {
            match &path {
                Ok(path) => self.allowed(&handler, head, path, body).await,
                Err(bad) => handler.refuse(Request::from_parts(head, Bytes::new()), *bad).await,
            }
        });
        let response = handler.guarded(&method, &uri, path.as_ref().ok(), answering).await;
        if let Some(failed) = response.extensions().get::<Failed>() {
            return (message::failed(failed, response.status()), true);
        }
        let is_nothing = response.status() == StatusCode::NOT_FOUND
            && response.extensions().get::<NameOfStatus>().is_some();
        match is_nothing {
            true => (message::not_found(self.site, uri.path()).await, true),
            false => (response, false),
        }
    }

    /// Answers a request unless it comes from another site.
    async fn allowed(
        &self,
        handler: &Handler<'_>,
        head: Parts,
        path: &RequestedPath,
        body: Body,
    ) -> Response {
        if self.site.config.server.check_origin
            && let Some(refusal) = csrf::refuse(&head, handler.origin.as_str())
        {
            return refusal;
        }
        let mut url = String::new();
        url::push_encoded(&mut url, &path.whole());
        let mut response = self.resolved(handler, head, path, body).await;
        header_rules::add(self.site, &url, &mut response);
        response
    }

    async fn resolved(
        &self,
        handler: &Handler<'_>,
        head: Parts,
        path: &RequestedPath,
        body: Body,
    ) -> Response {
        let found = match resolve(&*self.engine, path, &head.method, &head.uri).await {
            Ok(Resolved::Page { path, page }) => Some((path, page)),
            Ok(Resolved::NotFound) => match sitemap::at(self.site, path) {
                Some(sitemap) => return self.sitemap(handler, head, path, sitemap).await,
                None => None,
            },
            Ok(Resolved::File { path, .. }) => return self.file(path, &head).await,
            Ok(Resolved::Redirect(response)) => return *response,
            Ok(Resolved::Asset(asset)) => return self.asset(asset, &head).await,
            // No page is refused: `csrf` has looked at the request.
            Ok(Resolved::Forbidden) => return StatusCode::FORBIDDEN.into_response(),
            Err(error) => {
                let request = Request::from_parts(head, Bytes::new());
                return handler.failed(request, Some(path), Fault::Error(error)).await;
            }
        };
        self.page(handler, head, path, body, found).await
    }

    async fn page(
        &self,
        handler: &Handler<'_>,
        head: Parts,
        path: &RequestedPath,
        body: Body,
        found: Option<(&RoutePath, ResolvedPage)>,
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

    async fn sitemap(
        &self,
        handler: &Handler<'_>,
        head: Parts,
        path: &RequestedPath,
        sitemap: config::Sitemap,
    ) -> Response {
        match sitemap::respond(self.site, sitemap).await {
            Ok(response) => response,
            Err(error) => {
                let request = Request::from_parts(head, Bytes::new());
                handler.failed(request, Some(path), Fault::Error(error)).await
            }
        }
    }

    async fn asset(&self, asset: Arc<Asset>, head: &Parts) -> Response {
        let response = files::asset::respond(self.site, asset, head).await;
        // It has changed since it was found, and another process will answer.
        response.unwrap_or_else(|_| StatusCode::NOT_FOUND.into_response())
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
