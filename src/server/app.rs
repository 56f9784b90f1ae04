//! Answers requests with files, cached pages and pages that are called.

mod render;

use std::future::Ready;
use std::io::ErrorKind;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Request, StatusCode, header};

use super::cache;
use super::connections::{self, Authority};
use super::csrf;
use super::engine::{ATTEMPTS, ServerEngine, Snapshot};
use super::files::is_stale;
use super::forwarded::Forwarded;
use super::header_rules;
use super::incoming::Incoming;
use super::live::Live;
use super::log;
use super::request_id::RequestId;
use crate::page::error;
use crate::page::route::Route;
use crate::request::engine::EngineRef;
use crate::request::handle::{Fault, Handler};
use crate::request::resolve::{Resolved, redirect, resolve};
use crate::request::target::{Deferred, ResolvedPage, Target};
use crate::request::{error_page, method};
use crate::routing::page_path::RoutePath;
use crate::site::Site;

/// For responses to one client.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

/// For errors.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// For files without another `Cache-Control`: a cache asks each time whether they have changed.
const REVALIDATED: HeaderValue = HeaderValue::from_static("public, max-age=0, must-revalidate");

/// A site that answers requests.
#[derive(Debug)]
pub(super) struct App {
    site: &'static Site,
    server: ServerEngine,
    engine: EngineRef,
    origins: Forwarded,
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
    pub(super) async fn answer(&self, request: Request<Body>) -> Response {
        let (mut head, body) = request.into_parts();
        if let Some(client) = self.origins.client_of_proxy(&head) {
            head.extensions.insert(client);
        }
        let (method, uri, id) = (head.method.clone(), head.uri.clone(), log::id(&head));
        let log = |text: &str| log::failure(id, text);
        let origin = self.site.config.origin();
        let handler = Handler { engine: &self.engine, origin, log: &log };
        let answering = pin!(self.parsed(&handler, head, body));
        let mut response = handler.guarded(&method, &uri, answering).await;
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            response.headers_mut().entry(header::CACHE_CONTROL).or_insert(NO_STORE);
        }
        response
    }

    async fn parsed<L: Fn(&str)>(
        &self,
        handler: &Handler<'_, L>,
        head: Parts,
        body: Body,
    ) -> Response {
        match handler.parse(&head.uri) {
            Ok(path) => self.resolved(Incoming { head, path }, body).await,
            Err(bad) => {
                // The 404 page may be a file.
                self.server.live.look().await;
                let origin = self.origins.origin(&head);
                let request = Request::from_parts(head, Bytes::new());
                Handler { origin: &origin, ..*handler }.refuse(request, bad).await
            }
        }
    }

    async fn resolved(&self, incoming: Incoming, body: Body) -> Response {
        let head = &incoming.head;
        let refusal = self.refusal(head);
        for _ in 0..ATTEMPTS {
            let pages = self.server.snapshot(refusal.is_some());
            let resolved = match Self::redirect(&pages, &incoming) {
                Some(response) => Ok(Resolved::Redirect(response)),
                None => resolve(&pages, &incoming.path, &head.method, &head.uri).await,
            };
            if let Ok(Resolved::File { path, route }) = &resolved {
                // The file is read now, which shows whether another build has replaced it.
                match self.file(&pages, &incoming, path, *route).await {
                    Some(response) => return response,
                    None => self.server.live.look().await,
                }
                continue;
            }
            match &resolved {
                Ok(Resolved::Page { .. }) => self.server.live.look_lately().await,
                _ => self.server.live.look().await,
            }
            if pages.is_current() {
                return self.without_file(&pages, incoming, body, resolved, refusal).await;
            }
        }
        unavailable()
    }

    /// Answers a request that was not resolved to a file.
    async fn without_file(
        &self,
        pages: &Snapshot<'_>,
        incoming: Incoming,
        body: Body,
        resolved: Result<Resolved>,
        refusal: Option<Response>,
    ) -> Response {
        match resolved {
            Ok(Resolved::Forbidden) => refusal.unwrap_or_else(unavailable),
            Ok(Resolved::Page { path, page }) => match (refusal, page.target) {
                // No code of the site runs: the response says that there is no such method.
                (Some(_), Target::Response(mut response)) => {
                    self.add_headers(Some(&incoming.url()), &mut response);
                    response
                }
                (Some(refusal), _) => refusal,
                (None, target) => {
                    let page = ResolvedPage { target, ..page };
                    self.page(pages, incoming, body, Some((path, page))).await
                }
            },
            Ok(Resolved::NotFound) if pages.is_unavailable() => unavailable(),
            Ok(Resolved::NotFound) => match refusal {
                Some(refusal) if self.has_middleware_for(&incoming.path.shown()) => refusal,
                Some(_) => self.not_found(&incoming).await,
                None => self.page(pages, incoming, body, None).await,
            },
            Ok(Resolved::Redirect(response)) => response,
            Ok(Resolved::File { .. }) => unavailable(),
            Err(error) => self.failed(incoming, error).await,
        }
    }

    /// Answers a request that could not be resolved, because code of the site failed.
    async fn failed(&self, incoming: Incoming, error: anyhow::Error) -> Response {
        let Incoming { head, path } = incoming;
        let id = log::id(&head);
        let log = |text: &str| log::failure(id, text);
        let origin = self.origins.origin(&head);
        let handler = Handler { engine: &self.engine, origin: &origin, log: &log };
        let request = Request::from_parts(head, Bytes::new());
        handler.failed(request, Some(&path), Fault::Error(error)).await
    }

    /// The response to a request that comes from another site, wherever code of the site would see it.
    fn refusal(&self, head: &Parts) -> Option<Response> {
        let is_checked = self.site.config.server.check_origin;
        is_checked.then(|| csrf::refuse(head, &self.origins.origin(head))).flatten()
    }

    fn has_middleware_for(&self, shown: &str) -> bool {
        let middleware = self.site.middleware.as_ref().filter(|_| self.server.renders);
        middleware.is_some_and(|middleware| middleware.is_for(shown))
    }

    /// The response of a redirect that the build has listed. The list is that of `GET`: for other methods a rule of
    /// kiln.toml has another status.
    fn redirect(pages: &Snapshot<'_>, incoming: &Incoming) -> Option<Response> {
        let redirects = pages.files.as_ref()?.redirects();
        if redirects.is_empty() || !method::is_read(&incoming.head.method) {
            return None;
        }
        let (to, status) = redirects.find(&incoming.url())?;
        Some(redirect(status, to, &incoming.head.uri))
    }

    /// Answers with a file, or with a cached page in its place; `None` where another build has replaced the file.
    async fn file(
        &self,
        pages: &Snapshot<'_>,
        incoming: &Incoming,
        path: &RoutePath,
        route: Option<&'static Route>,
    ) -> Option<Response> {
        let head = &incoming.head;
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
        let file = pages.files.as_ref().and_then(|files| files.find(path));
        let response = match file {
            Some(file) => file.respond(head).await,
            None => Ok(StatusCode::NOT_FOUND.into_response()),
        };
        let error = match response {
            Ok(mut response) => {
                response.headers_mut().entry(header::CACHE_CONTROL).or_insert(REVALIDATED);
                return Some(response);
            }
            Err(error) if is_stale(&error) => return None,
            Err(error) => error,
        };
        log::failure(log::id(head), &format!("{}: cannot be read: {error}", path.display()));
        Some(match error.kind() {
            // Somebody is removing or copying the site.
            ErrorKind::NotFound => unavailable(),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, "500 Internal Server Error").into_response(),
        })
    }

    /// The page of the cache in place of a file, if it is newer.
    async fn newer(
        &self,
        pages: &Snapshot<'_>,
        incoming: &Incoming,
        path: &RoutePath,
        route: &'static Route,
        seconds: u64,
    ) -> Option<Response> {
        let file = Some(Self::age(pages, path));
        let render = self.render_prerendered(route, path);
        let log = logger(log::id(&incoming.head), path, route);
        let cache = self.server.live.cache();
        match cache.answer(path, seconds, file, render, log.clone()).await {
            Ok(cache::Lookup::Response(mut response)) => {
                self.add_headers(Some(&incoming.url()), &mut response);
                Some(response)
            }
            Ok(cache::Lookup::File) => None,
            Err(error) => {
                log(&error::chain(&error));
                error::discard(error);
                None
            }
        }
    }

    /// The age of a path's file.
    async fn age(pages: &Snapshot<'_>, path: &RoutePath) -> Option<Duration> {
        pages.files.as_ref()?.find(path)?.age().await
    }

    /// Answers with a page that is called, or with the 404 page, behind the middleware.
    async fn page(
        &self,
        pages: &Snapshot<'_>,
        incoming: Incoming,
        body: Body,
        found: Option<(RoutePath, ResolvedPage)>,
    ) -> Response {
        let origin = self.origins.origin(&incoming.head);
        let has_middleware = self.server.renders && self.site.middleware.is_some();
        if !has_middleware
            && found.is_none()
            && !pages.calls_not_found(&incoming.path.for_error_page()).await
        {
            return self.not_found(&incoming).await;
        }
        // Without a page or middleware, nothing reads the body, which may be endless.
        let bytes = match found.is_some() || has_middleware {
            true => connections::read(body, self.site.config.server.body_limit).await,
            false => Ok(Bytes::new()),
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(status) => return (status, status.to_string()).into_response(),
        };
        let found = found.map(|(path, page)| {
            let page = self.cached(&incoming.head, &path, page);
            (path, page)
        });
        // Only rules need it, and most sites have none.
        let url = (!self.site.headers.is_empty()).then(|| incoming.url());
        let Incoming { head, path } = incoming;
        let id = log::id(&head);
        let log = |text: &str| log::failure(id, text);
        let handler = Handler { engine: &self.engine, origin: &origin, log: &log };
        let mut response = handler.page(Request::from_parts(head, bytes), &path, found).await;
        self.add_headers(url.as_deref(), &mut response);
        response
    }

    /// A page with `REVALIDATE`, answered by the cache.
    fn cached(&self, head: &Parts, path: &RoutePath, page: ResolvedPage) -> ResolvedPage {
        let is_read = method::is_read(&head.method);
        let (Some(seconds), true, Target::Page(..)) =
            (page.route.revalidate(), is_read, &page.target)
        else {
            return page;
        };
        let render = self.render_on_demand(path, &page);
        let (cache, path) = (Arc::clone(self.server.live.cache()), path.clone());
        let log = logger(log::id(head), &path, page.route);
        let response = async move {
            let file: Option<Ready<_>> = None;
            match cache.answer(&path, seconds, file, render, log).await? {
                cache::Lookup::Response(response) => Ok(response),
                cache::Lookup::File => {
                    anyhow::bail!("a page on request has no file: this is a bug in kiln")
                }
            }
        };
        ResolvedPage { target: Target::Deferred(Deferred(Box::pin(response))), ..page }
    }

    /// The 404 page of a request, where that is a file.
    async fn not_found(&self, incoming: &Incoming) -> Response {
        let status = StatusCode::NOT_FOUND;
        let path = incoming.path.for_error_page();
        for _ in 0..ATTEMPTS {
            let Some(files) = self.server.live.files() else { break };
            let is_file = |name: &str| files.error_page(name, status).is_some();
            let Some(name) = error_page::file_name(&path, is_file) else { break };
            let Some(page) = files.error_page(&name, status) else { break };
            match page.respond(&incoming.head).await {
                Ok(response) => return response,
                Err(error) if is_stale(&error) => self.server.live.look().await,
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
    fn answer(&self, request: Request<Body>) -> impl Future<Output = Response> + Send {
        App::answer(self, request)
    }

    fn is_at(&self, authority: &Authority) -> bool {
        self.origins.is_at(authority)
    }
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
