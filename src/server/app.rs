//! Answers requests with files, cached pages and pages that are called.

mod render;

use std::io::ErrorKind;
use std::pin::pin;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Request, StatusCode, header};

use super::NO_STORE;
use super::connections;
use super::engine::{ATTEMPTS, ServerEngine};
use super::files;
use super::live::Live;
use super::log;
use super::received::{Received, take};
use super::request_id::RequestId;
use crate::assets::Asset;
use crate::page::error;
use crate::page::route::Route;
use crate::request::authority::Authority;
use crate::request::csrf;
use crate::request::engine::EngineRef;
use crate::request::forwarded::Forwarded;
use crate::request::handle::{Fault, Handler};
use crate::request::path::RequestedPath;
use crate::request::resolve::{Resolved, redirect, resolve};
use crate::request::target::{Deferred, ResolvedPage, Target};
use crate::request::{error_page, header_rules, method};
use crate::routing::page_path::RoutePath;
use crate::routing::url;
use crate::site::Site;

/// For responses to one client.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

/// A site that answers requests.
#[derive(Debug)]
pub(super) struct App {
    site: &'static Site,
    server: ServerEngine,
    engine: EngineRef,
    origins: Forwarded,
}

/// A request without its body, and what answers it.
struct Incoming<'a> {
    head: &'a mut Parts,
    path: &'a RequestedPath,
    handler: Handler<'a>,
    id: Option<RequestId>,
}

impl Incoming<'_> {
    /// The canonical form of the URL path, however it was encoded.
    fn url(&self) -> String {
        let mut url = String::new();
        url::push_encoded(&mut url, &self.path.whole());
        url
    }

    /// Takes the head, for a page.
    fn take(&mut self, body: Bytes) -> Request<Bytes> {
        Request::from_parts(take(self.head), body)
    }
}

impl App {
    /// `renders` is whether pages are rendered on request.
    pub(super) fn new(
        site: &'static Site,
        live: Arc<Live>,
        renders: bool,
        origins: Forwarded,
    ) -> Self {
        let server = ServerEngine::new(site, live, renders);
        let engine: EngineRef = Arc::new(server.clone());
        App { site, server, engine, origins }
    }

    /// Answers a request. Errors and panics are responses, too.
    pub(super) async fn answer(&self, received: Received<'_>) -> Response {
        let Received { head, body, path, peer, id } = received;
        let client = peer.map(|peer| self.origins.client(&head.headers, peer));
        let path = path.map(|path| RequestedPath::new(path, self.site.config.base));
        let (method, uri) = (head.method.clone(), head.uri.clone());
        let origin = self.origins.origin(&head.headers, peer);
        let log = |text: &str| log::failure(id, text);
        let handler = Handler { engine: &self.engine, origin: &origin, client, log: &log };
        let answering = pin!(async {
            match &path {
                Ok(path) => self.resolved(&mut Incoming { head, path, handler, id }, body).await,
                Err(bad) => {
                    // The 404 page may be a file.
                    self.server.live.look().await;
                    handler.refuse(Request::from_parts(take(head), Bytes::new()), *bad).await
                }
            }
        });
        let mut response = handler.guarded(&method, &uri, path.as_ref().ok(), answering).await;
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            response.headers_mut().entry(header::CACHE_CONTROL).or_insert(NO_STORE);
        }
        response
    }

    async fn resolved(&self, incoming: &mut Incoming<'_>, body: Body) -> Response {
        let refusal = self.refusal(incoming);
        for _ in 0..ATTEMPTS {
            let pages = self.server.snapshot(refusal.is_some());
            let Incoming { head, path, .. } = &*incoming;
            let resolved = match Self::redirect(&pages, incoming) {
                Some(response) => Ok(Resolved::Redirect(response.into())),
                None => resolve(&pages, path, &head.method, &head.uri).await,
            };
            match &resolved {
                // The file is read now, which shows whether another build has replaced it.
                Ok(Resolved::File { path, route }) => {
                    if let Some(response) = self.file(&pages, incoming, path, *route).await {
                        return response;
                    }
                    self.server.live.look().await;
                    continue;
                }
                Ok(Resolved::Asset(asset)) => return self.asset(incoming, Arc::clone(asset)).await,
                Ok(Resolved::Page { .. }) => self.server.live.look_lately().await,
                _ => self.server.live.look().await,
            }
            if !pages.is_current() {
                continue;
            }
            return match (resolved, refusal) {
                (Ok(Resolved::Page { path, page }), None) => {
                    self.page(&pages, incoming, body, Some((path, page))).await
                }
                (Ok(Resolved::NotFound), None) if !pages.is_unavailable() => {
                    self.page(&pages, incoming, body, None).await
                }
                (resolved, refusal) => self.without_page(&pages, incoming, resolved, refusal).await,
            };
        }
        unavailable()
    }

    /// Answers a request that was resolved to neither a file nor a page that is called.
    async fn without_page(
        &self,
        pages: &ServerEngine,
        incoming: &mut Incoming<'_>,
        resolved: Result<Resolved<'_>>,
        refusal: Option<Box<Response>>,
    ) -> Response {
        match (resolved, refusal) {
            (Ok(Resolved::Redirect(response)), _) => *response,
            (Ok(Resolved::NotFound), Some(refusal)) if !pages.is_unavailable() => {
                match self.has_middleware_for(incoming.path) {
                    true => *refusal,
                    false => self.not_found(incoming).await,
                }
            }
            (Ok(Resolved::Page { page, .. }), Some(refusal)) => match page.target {
                // No code of the site runs: the response says that there is no such method.
                Target::Response(mut response) => {
                    self.add_headers(Some(&incoming.url()), &mut response);
                    *response
                }
                _ => *refusal,
            },
            (Ok(Resolved::Forbidden), Some(refusal)) => *refusal,
            (Err(error), _) => {
                let request = incoming.take(Bytes::new());
                incoming.handler.failed(request, Some(incoming.path), Fault::Error(error)).await
            }
            _ => unavailable(),
        }
    }

    /// The response to a request that comes from another site, wherever code of the site would see it.
    fn refusal(&self, incoming: &Incoming<'_>) -> Option<Box<Response>> {
        let origin = incoming.handler.origin.as_str();
        let is_checked = self.site.config.server.check_origin;
        is_checked.then(|| csrf::refuse(incoming.head, origin)).flatten().map(Box::new)
    }

    fn has_middleware_for(&self, path: &RequestedPath) -> bool {
        let middleware = self.site.middleware.as_ref().filter(|_| self.server.renders);
        middleware.is_some_and(|middleware| middleware.is_for(path.below_base_shown().as_deref()))
    }

    /// The response of a redirect that the build has listed. The list is that of `GET`: for other methods a rule of
    /// kiln.toml has another status.
    fn redirect(pages: &ServerEngine, incoming: &Incoming<'_>) -> Option<Response> {
        let redirects = pages.redirects()?;
        if !method::is_read(&incoming.head.method) {
            return None;
        }
        let (to, status) = redirects.find(&incoming.url())?;
        Some(redirect(status, to, &incoming.head.uri))
    }

    /// Answers with a file, or with a cached page in its place; `None` where another build has replaced the file.
    async fn file(
        &self,
        pages: &ServerEngine,
        incoming: &Incoming<'_>,
        path: &RoutePath,
        route: Option<&'static Route>,
    ) -> Option<Response> {
        let head = &*incoming.head;
        let is_read = method::is_read(&head.method);
        let kept = route.and_then(|route| Some((route, route.revalidate()?)));
        // What answers without a look at the file, or with a page that may be older than it.
        if !is_read || kept.is_some() {
            self.server.live.look().await;
            if !pages.is_current() {
                return None;
            }
        }
        if let (Some((route, seconds)), true, true) = (kept, is_read, self.server.renders)
            && let Some(response) = self.newer(pages, incoming, path, route, seconds).await
        {
            return Some(response);
        }
        let files = pages.files();
        let response = match files.as_ref().and_then(|files| files.find(path)) {
            Some(file) => file.respond(head).await,
            None => Ok(Some(StatusCode::NOT_FOUND.into_response())),
        };
        match response {
            Ok(response) => response.map(revalidated),
            Err(error) => {
                (incoming.handler.log)(&format!("{}: cannot be read: {error}", path.display()));
                Some(match error.kind() {
                    // Somebody is removing or copying the site.
                    ErrorKind::NotFound => unavailable(),
                    _ => (StatusCode::INTERNAL_SERVER_ERROR, "500 Internal Server Error")
                        .into_response(),
                })
            }
        }
    }

    /// Answers with a requested file that is not in the out folder.
    async fn asset(&self, incoming: &Incoming<'_>, asset: Arc<Asset>) -> Response {
        match files::asset::respond(self.site, asset, incoming.head).await {
            Ok(response) => revalidated(response),
            // Somebody has changed it since it was found.
            Err(_) => self.not_found(incoming).await,
        }
    }

    /// The page of the cache in place of a file, if it is newer.
    async fn newer(
        &self,
        pages: &ServerEngine,
        incoming: &Incoming<'_>,
        path: &RoutePath,
        route: &'static Route,
        seconds: u64,
    ) -> Option<Response> {
        let age = pages.files().map(|files| files.age());
        let render = render::like_a_build(self.server.clone(), route, path.clone());
        let log = logger(incoming.id, path, route);
        let cache = self.server.live.cache();
        let answer = cache.answer(path, seconds, age, render, log.clone()).await;
        let mut response = answer.unwrap_or_else(|error| {
            log(&error::chain(&error));
            error::discard(error);
            None
        })?;
        self.add_headers(Some(&incoming.url()), &mut response);
        Some(response)
    }

    /// Answers with a page that is called, or with the 404 page, behind the middleware.
    async fn page(
        &self,
        pages: &ServerEngine,
        incoming: &mut Incoming<'_>,
        body: Body,
        mut found: Option<(&RoutePath, ResolvedPage)>,
    ) -> Response {
        let has_middleware = self.server.renders && self.site.middleware.is_some();
        if !has_middleware
            && found.is_none()
            && !pages.calls_not_found(&incoming.path.for_error_page()).await
        {
            return self.not_found(incoming).await;
        }
        // Without a page or middleware, nothing reads the body, which may be endless.
        let body = if found.is_some() || has_middleware { body } else { Body::empty() };
        let bytes = match connections::read(body, self.site.config.server.body_limit).await {
            Ok(bytes) => bytes,
            Err(status) => return (status, status.to_string()).into_response(),
        };
        if let Some((path, page)) = &mut found {
            self.answer_from_cache(incoming, path, page);
        }
        // Only rules need it, and most sites have none.
        let url = (!self.site.headers.is_empty()).then(|| incoming.url());
        let request = incoming.take(bytes);
        let mut response = incoming.handler.page(request, incoming.path, found).await;
        self.add_headers(url.as_deref(), &mut response);
        response
    }

    /// Lets the cache answer with a page that has `REVALIDATE`.
    fn answer_from_cache(
        &self,
        incoming: &Incoming<'_>,
        path: &RoutePath,
        page: &mut ResolvedPage,
    ) {
        let is_read = method::is_read(&incoming.head.method);
        let (Some(seconds), true, Target::Page(..)) =
            (page.route.revalidate(), is_read, &page.target)
        else {
            return;
        };
        let (server, params) = (self.server.clone(), page.params.clone());
        let render = render::on_request(server, page.route, path.clone(), params);
        let (cache, path) = (Arc::clone(self.server.live.cache()), path.clone());
        let log = logger(incoming.id, &path, page.route);
        let response = async move {
            let answer = cache.answer(&path, seconds, None, render, log).await?;
            answer.context("a page on request has no file: this is a bug in kiln")
        };
        page.target = Target::Deferred(Deferred(Box::pin(response)));
    }

    /// The 404 page of a request, where that is a file.
    async fn not_found(&self, incoming: &Incoming<'_>) -> Response {
        let status = StatusCode::NOT_FOUND;
        let path = incoming.path.for_error_page();
        for _ in 0..ATTEMPTS {
            let Some(files) = self.server.live.files() else { break };
            let is_file = |name: &str| files.error_page(name, status).is_some();
            let Some(name) = error_page::file_name(&path, is_file) else { break };
            let Some(page) = files.error_page(&name, status) else { break };
            match page.respond(incoming.head).await {
                Ok(Some(response)) => return response,
                Ok(None) => self.server.live.look().await,
                Err(_) => break,
            }
        }
        (status, "404 Not Found").into_response()
    }

    /// Adds what a page did not set itself: the headers of kiln.toml, and that the response is for one client. Rules are
    /// matched against the URL path of the request.
    fn add_headers(&self, url: Option<&str>, response: &mut Response) {
        if let Some(url) = url {
            header_rules::add(self.site, url, response);
        }
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(PRIVATE);
    }
}

impl connections::Service for App {
    fn answer(&self, received: Received<'_>) -> impl Future<Output = Response> + Send {
        App::answer(self, received)
    }

    fn is_at(&self, authority: &Authority) -> bool {
        self.origins.is_at(authority)
    }
}

/// Makes caches ask each time whether a file has changed, unless it says something else.
fn revalidated(mut response: Response) -> Response {
    let value = HeaderValue::from_static("public, max-age=0, must-revalidate");
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(value);
    response
}

/// The response while the out folder has no build.
fn unavailable() -> Response {
    let retry = [(header::RETRY_AFTER, HeaderValue::from_static("1"))];
    (StatusCode::SERVICE_UNAVAILABLE, retry, "503 Service Unavailable").into_response()
}

/// Logs errors of a page in the cache, with the id of a request.
fn logger(
    id: Option<RequestId>,
    path: &RoutePath,
    route: &'static Route,
) -> impl Fn(&str) + Clone + Send + use<> {
    let path = path.pathname(&route.pattern, route.config);
    move |text| {
        log::failure(id, &format!("{path}: {text} ({}, route {})", route.file, route.pattern));
    }
}

#[cfg(test)]
mod tests;
