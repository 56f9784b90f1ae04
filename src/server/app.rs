//! Answers requests with files, cached pages and pages that are called.

use std::any::Any;
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
use http::{HeaderValue, Method, Request, StatusCode, Uri, header};

use super::cache::{self, Render};
use super::connections::{self, Authority, RequestId};
use super::csrf;
use super::engine::{ATTEMPTS, Now, ServerEngine};
use super::files::is_stale;
use super::forwarded::Forwarded;
use super::live::Live;
use super::log;
use crate::page::content_type;
use crate::page::context::Context;
use crate::page::error;
use crate::page::route::Route;
use crate::request::engine::{EngineRef, FileAnswer, Found, Landing};
use crate::request::error_page;
use crate::request::handle::{Fault, Visit, with_cookies, without_body};
use crate::request::resolve::{self, Destination};
use crate::request::run::{caught, encode_location, respond};
use crate::routing::page_path::{self, RoutePath};
use crate::routing::request_path::RequestPath;
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
    served: ServerEngine,
    engine: EngineRef,
    origins: Forwarded,
}

impl App {
    /// `renders` says whether pages are called on request.
    pub(super) fn new(
        site: &'static Site,
        live: Arc<Live>,
        renders: bool,
        origins: Forwarded,
    ) -> Self {
        let served = ServerEngine::new(site, live, renders);
        let engine: EngineRef = Arc::new(served.clone());
        App { site, served, engine, origins }
    }

    /// Answers a request, whatever comes of it.
    pub(super) async fn answer(&self, request: Request<Body>) -> Response {
        let (mut head, body) = request.into_parts();
        if let Some(client) = self.origins.client_of_proxy(&head) {
            head.extensions.insert(client);
        }
        let (method, uri, id) = (head.method.clone(), head.uri.clone(), log::id(&head));
        let log = |text: &str| log::failure(id, text);
        let visit = Visit { engine: &self.engine, origin: self.site.config.origin(), log: &log };
        let answering = pin!(self.destined(head, body));
        let mut response = visit.guarded(&method, &uri, answering).await;
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            response.headers_mut().entry(header::CACHE_CONTROL).or_insert(NO_STORE);
        }
        if method == Method::HEAD {
            without_body(&mut response);
        }
        response
    }

    async fn destined(&self, head: Parts, body: Body) -> Response {
        let refusal = self.refusal(&head);
        for _ in 0..ATTEMPTS {
            let now = self.served.now(refusal.is_some());
            let found = match Self::redirect(&now, &head) {
                Some(response) => Ok(Destination::Redirect(response)),
                None => resolve::find(self.site, &now, &head.method, &head.uri).await,
            };
            let found = match found {
                // Whether the files are still those that were looked at is seen when this one is read.
                Ok(Destination::Made { path, route }) => {
                    match self.made(&now, &head, &path, route).await {
                        Some(response) => return response,
                        None => self.served.live.look().await,
                    }
                    continue;
                }
                found => found,
            };
            match &found {
                Ok(Destination::Page { .. }) => self.served.live.look_lately().await,
                _ => self.served.live.look().await,
            }
            if now.is_now() {
                return self.found(&now, head, body, found, refusal).await;
            }
        }
        unavailable()
    }

    /// Answers with what was found and is not a file.
    async fn found(
        &self,
        now: &Now<'_>,
        head: Parts,
        body: Body,
        found: Result<Destination>,
        refusal: Option<Response>,
    ) -> Response {
        match found {
            Ok(Destination::Forbidden) => refusal.unwrap_or_else(unavailable),
            Ok(Destination::Page { shown, path, found }) => match (refusal, found.landing) {
                // Code of the site is not asked; that there is no such method is all there is to say.
                (Some(_), Landing::Answer(mut response)) => {
                    self.add_headers(Some(&head.uri), &mut response);
                    response
                }
                (Some(refusal), _) => refusal,
                (None, landing) => {
                    let found = Found { landing, ..found };
                    self.page(now, head, body, shown, Some((path, found))).await
                }
            },
            Ok(Destination::Nowhere { .. }) if now.is_unavailable() => unavailable(),
            Ok(Destination::Nowhere { shown }) => match refusal {
                Some(refusal) if self.has_middleware_for(&shown) => refusal,
                Some(_) => self.not_found(&head, &self.path_of_not_found(&head)).await,
                None => self.page(now, head, body, shown, None).await,
            },
            Ok(Destination::Redirect(response)) => response,
            Ok(Destination::Refused(status, reason)) => (status, reason).into_response(),
            Ok(Destination::Made { .. }) => unavailable(),
            Err(error) => {
                let id = log::id(&head);
                let log = |text: &str| log::failure(id, text);
                let origin = self.origins.origin(&head);
                let visit = Visit { engine: &self.engine, origin: &origin, log: &log };
                let request = Request::from_parts(head.clone(), Bytes::new());
                visit.failed(request, Fault::Error(error)).await
            }
        }
    }

    /// What a request is answered with that comes from another site, wherever code of the site would see it.
    fn refusal(&self, head: &Parts) -> Option<Response> {
        let is_checked = self.site.config.server.check_origin;
        is_checked.then(|| csrf::refuse(head, &self.origins.origin(head))).flatten()
    }

    fn has_middleware_for(&self, shown: &str) -> bool {
        let middleware = self.site.middleware.as_ref().filter(|_| self.served.renders);
        middleware.is_some_and(|middleware| middleware.is_for(shown))
    }

    /// The answer of a redirect that the build has listed, as for a `GET`: with other methods nobody asks a page that is
    /// built, and a rule of kiln.toml has another status for them.
    fn redirect(now: &Now<'_>, head: &Parts) -> Option<Response> {
        let redirects = now.files.as_ref()?.redirects();
        if redirects.is_empty() || !matches!(head.method, Method::GET | Method::HEAD) {
            return None;
        }
        let (to, status) = redirects.find(&canonical(&head.uri)?)?;
        Some(resolve::redirect(status, to, &head.uri))
    }

    /// Answers with a file, or with a page that is kept in its stead; `None` where another build has replaced the file.
    async fn made(
        &self,
        now: &Now<'_>,
        head: &Parts,
        path: &RoutePath,
        route: Option<&'static Route>,
    ) -> Option<Response> {
        let is_read = matches!(head.method, Method::GET | Method::HEAD);
        let kept = route.and_then(|route| Some((route, route.revalidate()?)));
        // What answers without a look at the file, or with a page that may be older than it.
        if !is_read || kept.is_some() {
            self.served.live.look().await;
            if !now.is_now() {
                return None;
            }
        }
        if let (Some((route, seconds)), true, true) = (kept, is_read, self.served.renders) {
            let file = Some(Self::age(now, path));
            let render = self.render_prerendered(route, path);
            let log = logger(log::id(head), path, route);
            let cache = self.served.live.cache();
            match cache.answer(path, seconds, file, render, log.clone()).await {
                Ok(cache::Lookup::Response(mut response)) => {
                    self.add_headers(Some(&head.uri), &mut response);
                    return Some(response);
                }
                Ok(cache::Lookup::File) => {}
                Err(error) => {
                    log(&error::chain(&error));
                    error::discard(error);
                }
            }
        }
        let file = now.files.as_ref().and_then(|files| files.find(path));
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

    /// The age of a path's file.
    async fn age(now: &Now<'_>, path: &RoutePath) -> Option<Duration> {
        now.files.as_ref()?.find(path)?.age().await
    }

    /// Renders a prerendered page as a build does: through the middleware, for a request that says nothing.
    fn render_prerendered(&self, route: &'static Route, path: &RoutePath) -> Render {
        let (served, path) = (self.served.clone(), path.clone());
        Arc::new(move || {
            let (served, path) = (served.clone(), path.clone());
            let rendered = async move {
                let found = served.listed(route, &path).await?;
                let shown = path.pathname(route);
                let engine: EngineRef = Arc::new(served);
                let of_ctx = Arc::clone(&engine);
                let mut ctx = Context::prerendering(Some(of_ctx), route, &path, found.params)?;
                let mut response = respond(&*engine, &shown, &mut ctx, found.landing).await?;
                content_type::settle(Some(route), path.as_str(), &Method::GET, &mut response);
                encode_location(&mut response);
                Ok(with_cookies(&ctx, response))
            };
            Box::pin(async { unpanicked(caught(rendered).await) })
        })
    }

    /// Renders a page for a request that says nothing but its path. It is one that is prerendered where nothing is built.
    fn render_on_demand(&self, path: &RoutePath, found: &Found) -> Render {
        let (engine, served) = (Arc::clone(&self.engine), self.served.clone());
        let (route, params, path) = (found.route, found.params.clone(), path.clone());
        Arc::new(move || {
            let (engine, served) = (Arc::clone(&engine), served.clone());
            let (params, path) = (params.clone(), path.clone());
            let rendered = async move {
                let origin = engine.site().config.origin();
                let found = match route.is_prerendered() {
                    true => served.listed(route, &path).await?,
                    false => Found::on_demand(route, params, &Method::GET),
                };
                let request = Request::new(Bytes::new());
                let shown = path.pathname(route);
                let landed = (route, found.params);
                let ctx = Context::landed(engine.clone(), origin, request, shown, &path, landed);
                let response = found.landing.call(&ctx).await?;
                Ok(with_cookies(&ctx, response))
            };
            Box::pin(async { unpanicked(caught(rendered).await) })
        })
    }

    /// Answers with a page that is called, or with the 404 page, behind the middleware.
    async fn page(
        &self,
        now: &Now<'_>,
        head: Parts,
        body: Body,
        shown: String,
        found: Option<(RoutePath, Found)>,
    ) -> Response {
        let origin = self.origins.origin(&head);
        let has_middleware = self.served.renders && self.site.middleware.is_some();
        if !has_middleware && found.is_none() {
            let not_found = self.path_of_not_found(&head);
            if !now.calls_not_found(&not_found).await {
                return self.not_found(&head, &not_found).await;
            }
        }
        // Where there is no such page, nothing reads what may be endless.
        let bytes = match found.is_some() || has_middleware {
            true => connections::read(body, self.site.config.server.body_limit).await,
            false => Ok(Bytes::new()),
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(status) => return (status, status.to_string()).into_response(),
        };
        let found = found.map(|(path, found)| {
            let found = self.cached(&head, &path, found);
            (path, found)
        });
        let id = log::id(&head);
        let log = |text: &str| log::failure(id, text);
        // Only rules need it, and most sites have none.
        let asked = (!self.site.config.headers.is_empty()).then(|| head.uri.clone());
        let visit = Visit { engine: &self.engine, origin: &origin, log: &log };
        let mut response = visit.page(Request::from_parts(head, bytes), shown, found).await;
        self.add_headers(asked.as_ref(), &mut response);
        response
    }

    /// A page with `REVALIDATE`, as the cache has it.
    fn cached(&self, head: &Parts, path: &RoutePath, found: Found) -> Found {
        let is_read = matches!(head.method, Method::GET | Method::HEAD);
        let (Some(seconds), true, Landing::Page(..)) =
            (found.route.revalidate(), is_read, &found.landing)
        else {
            return found;
        };
        let render = self.render_on_demand(path, &found);
        let (cache, path) = (Arc::clone(self.served.live.cache()), path.clone());
        let log = logger(log::id(head), &path, found.route);
        let answer = async move {
            let file: Option<Ready<_>> = None;
            match cache.answer(&path, seconds, file, render, log).await? {
                cache::Lookup::Response(response) => Ok(response),
                cache::Lookup::File => {
                    anyhow::bail!("a page on request has no file: this is a bug in kiln")
                }
            }
        };
        Found { landing: Landing::File(FileAnswer(Box::pin(answer))), ..found }
    }

    /// The path whose 404 page answers a request: decoded and without base.
    fn path_of_not_found(&self, head: &Parts) -> String {
        error_page::path_below(self.site.config.base, head.uri.path())
    }

    /// The 404 page for a path, where nothing is called for it.
    async fn not_found(&self, head: &Parts, path: &str) -> Response {
        let status = StatusCode::NOT_FOUND;
        for _ in 0..ATTEMPTS {
            let Some(files) = self.served.live.files() else { break };
            let names: Vec<String> = error_page::names(path).collect();
            let Some(page) = names.iter().find_map(|name| files.error_page(name, status)) else {
                break;
            };
            match page.respond(head).await {
                Ok(response) => return response,
                Err(error) if is_stale(&error) => self.served.live.look().await,
                Err(_) => break,
            }
        }
        (status, "404 Not Found").into_response()
    }

    /// Adds headers that a page has not set: those of the rules of kiln.toml, and that the response is for one client.
    fn add_headers(&self, asked: Option<&Uri>, response: &mut Response) {
        if !self.site.config.headers.is_empty() {
            let url = asked.and_then(canonical).unwrap_or_default();
            self.add_rules(&url, response);
        }
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(PRIVATE);
    }

    fn add_rules(&self, url: &str, response: &mut Response) {
        // A rule can replace the type that follows from the name of a page.
        let sent = response.headers().get(header::CONTENT_TYPE);
        let mut is_typed_by_name = response.status().is_success()
            && sent.is_some_and(|kind| content_type::is_of_page(url, kind));
        let rules = self.site.config.headers.iter().rev().filter(|rule| rule.matches(url));
        for (name, value) in rules.flat_map(|rule| rule.headers) {
            let value = HeaderValue::from_str(value);
            if let (Ok(name), Ok(value)) = (header::HeaderName::try_from(*name), value) {
                if is_typed_by_name && name == header::CONTENT_TYPE {
                    response.headers_mut().remove(&name);
                    is_typed_by_name = false;
                }
                response.headers_mut().entry(name).or_insert(value);
            }
        }
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

/// The path of a URL in its canonical form; `None` if it is invalid.
fn canonical(uri: &Uri) -> Option<String> {
    let path = RequestPath::parse(uri.path()).ok()?;
    let mut url = String::new();
    page_path::push_encoded(&mut url, &path.display());
    Some(url)
}

/// Logs errors of a page in the cache, with the id of a request.
fn logger(
    id: Option<RequestId>,
    path: &RoutePath,
    route: &'static Route,
) -> impl Fn(&str) + Clone + Send + use<> {
    let path = path.pathname(route);
    move |text| {
        log::failure(id, &format!("{path}: {text} ({}, route {})", route.file, route.pattern));
    }
}

/// Turns the panic of a page into an error.
fn unpanicked(called: Result<Result<Response>, Box<dyn Any + Send>>) -> Result<Response> {
    called.unwrap_or_else(|panic| Err(error::panicked("the page", panic)))
}

#[cfg(test)]
mod tests;
