//! Answers requests: with files, with cached pages, and by calling pages.

use std::any::Any;
use std::future::Ready;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::body::{Body, HttpBody};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http::{HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::BodyExt;

use super::cache::{self, Fallback, PageCache, Render};
use super::connections::{BodyError, RequestId};
use super::cross_site;
use super::engine::Served;
use super::files::Files;
use super::log;
use super::origins::Origins;
use super::told::Told;
use crate::answer::{Fault, Visit, with_cookies, without_body};
use crate::content_type;
use crate::context::Context;
use crate::destination::{self, Destination, Prerendered as _};
use crate::error;
use crate::error_page;
use crate::landing::{EngineRef, FileAnswer, Found, Landing};
use crate::path::{self, RoutePath};
use crate::request_path::RequestPath;
use crate::respond::{caught, respond};
use crate::route::Route;
use crate::site::Site;

/// For answers that are one client's own.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

/// For answers that say that something is missing, or wrong.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// A site that answers requests.
#[derive(Debug)]
pub(super) struct App {
    site: &'static Site,
    files: Option<Arc<Files>>,
    told: Told,
    served: Served,
    engine: EngineRef,
    origins: Origins,
    cache: Arc<PageCache>,
}

impl App {
    /// `renders` says whether pages are called on request at all.
    pub(super) fn new(
        site: &'static Site,
        files: Option<(Files, Told)>,
        renders: bool,
        origins: Origins,
    ) -> Self {
        let (files, told) =
            files.map_or((None, Told::default()), |(files, told)| (Some(Arc::new(files)), told));
        let served = Served::new(site, files.clone(), renders);
        let engine: EngineRef = Arc::new(served.clone());
        let of_cache = served.clone();
        let cache = PageCache::new(move |path| of_cache.is_revalidated(path));
        App { site, files, told, served, engine, origins, cache }
    }

    pub(super) fn origins(&self) -> &Origins {
        &self.origins
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
        if let Some(response) = self.redirect(&head) {
            return response;
        }
        match destination::find(self.site, &self.served, &head.method, &head.uri).await {
            Ok(Destination::Made { path, route }) => self.made(head, path, route).await,
            Ok(Destination::Page { shown, path, found }) => {
                self.page(head, body, shown, Some((path, found))).await
            }
            Ok(Destination::Nowhere { shown }) => self.page(head, body, shown, None).await,
            Ok(Destination::Redirect(response)) => response,
            Ok(Destination::Refused(status, reason)) => (status, reason).into_response(),
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

    /// The answer of a redirect that the build has listed, as for a `GET`: with other methods nobody asks a page that is
    /// built, and a rule of kiln.toml has another status for them.
    fn redirect(&self, head: &Parts) -> Option<Response> {
        if self.told.is_empty() || !matches!(head.method, Method::GET | Method::HEAD) {
            return None;
        }
        let (to, status) = self.told.find(&canonical(&head.uri)?)?;
        Some(destination::redirect(status, to, &head.uri))
    }

    /// Answers with a file; or with a page that was rendered since.
    async fn made(&self, head: Parts, path: RoutePath, route: Option<&'static Route>) -> Response {
        let is_read = matches!(head.method, Method::GET | Method::HEAD);
        let kept = route.and_then(|route| Some((route, route.revalidate()?)));
        if let (Some((route, seconds)), true, true) = (kept, is_read, self.served.renders()) {
            let fallback = Fallback::File(self.age(&path));
            let render = self.render_prerendered(route, &path);
            let log = logger(log::id(&head), &path, route);
            match self.cache.answer(&path, seconds, fallback, render, log.clone()).await {
                Ok(cache::Lookup::Response(mut response)) => {
                    self.add_headers(Some(&head.uri), &mut response);
                    return response;
                }
                Ok(cache::Lookup::File) => {}
                Err(error) => {
                    log(&error::chain(&error));
                    error::discard(error);
                }
            }
        }
        let file = self.files.as_ref().and_then(|files| files.find(&path));
        let response = match file {
            Some(file) => file.respond(&head).await,
            None => Ok(StatusCode::NOT_FOUND.into_response()),
        };
        response.unwrap_or_else(|error| {
            let text = format!("{}: cannot be read: {error}", path.display());
            log::failure(log::id(&head), &text);
            (StatusCode::INTERNAL_SERVER_ERROR, "500 Internal Server Error").into_response()
        })
    }

    /// How old the file of a path is.
    async fn age(&self, path: &RoutePath) -> Option<Duration> {
        self.files.as_ref()?.find(path)?.age().await
    }

    /// Renders a prerendered page as a build does: through the middleware, for a request that says nothing.
    fn render_prerendered(&self, route: &'static Route, path: &RoutePath) -> Render {
        let (served, path) = (self.served.clone(), path.clone());
        Arc::new(move || {
            let (served, path) = (served.clone(), path.clone());
            let rendered = async move {
                let found = served.listed(route, &path).await?;
                let (site, shown) = (served.site, path.pathname(route));
                let engine: EngineRef = Arc::new(served);
                let mut ctx = Context::prerendering(Some(engine), route, &path, found.params)?;
                let mut response = respond(site, &shown, &mut ctx, found.landing).await?;
                content_type::settle(Some(route), path.as_str(), &Method::GET, &mut response);
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
                let ctx =
                    Context::landed(Arc::clone(&engine), origin, request, shown, &path, landed);
                let response = found.landing.call(&ctx).await?;
                Ok(with_cookies(&ctx, response))
            };
            Box::pin(async { unpanicked(caught(rendered).await) })
        })
    }

    /// Answers with a page that is called, or with the 404 page, behind the middleware.
    async fn page(
        &self,
        head: Parts,
        body: Body,
        shown: String,
        found: Option<(RoutePath, Found)>,
    ) -> Response {
        let origin = self.origins.origin(&head);
        let has_middleware = self.served.renders() && self.site.middleware.is_some();
        let base = self.site.config.base;
        let not_found = error_page::path_below(base, head.uri.path());
        let is_called =
            has_middleware || found.is_some() || self.served.calls_not_found(&not_found).await;
        // A 404 page alone answers every method as it answers `GET`.
        if self.site.config.server.check_origin
            && (has_middleware || found.is_some())
            && let Some(refused) = cross_site::refuse(&head, &origin)
        {
            return refused;
        }
        if !is_called {
            return self.not_found(&head, &not_found).await;
        }
        // Where there is no such page, nothing reads what may be endless.
        let bytes = match found.is_some() || has_middleware {
            true => read(body, self.site.config.server.body_limit).await,
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
        // Most sites have no rules, and nothing else needs it any more.
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
        let (cache, path) = (Arc::clone(&self.cache), path.clone());
        let log = logger(log::id(head), &path, found.route);
        let answer = async move {
            let fallback: Fallback<Ready<_>> = Fallback::Nothing;
            match cache.answer(&path, seconds, fallback, render, log).await? {
                cache::Lookup::Response(response) => Ok(response),
                cache::Lookup::File => {
                    anyhow::bail!("a page on request has no file: this is a bug in kiln")
                }
            }
        };
        Found { landing: Landing::File(FileAnswer(Box::pin(answer))), ..found }
    }

    /// The 404 page for a path, where nothing is called for it.
    async fn not_found(&self, head: &Parts, path: &str) -> Response {
        let status = StatusCode::NOT_FOUND;
        if let Some(files) = &self.files {
            for name in error_page::names(path) {
                let Some(page) = files.error_page(&name, status) else { continue };
                if let Ok(response) = page.respond(head).await {
                    return response;
                }
            }
        }
        (status, "404 Not Found").into_response()
    }

    /// What a page did not say itself: the rules of kiln.toml, and that its answer is for one client.
    fn add_headers(&self, asked: Option<&Uri>, response: &mut Response) {
        let rules = self.site.config.headers;
        let url = asked.filter(|_| !rules.is_empty()).and_then(canonical).unwrap_or_default();
        // A file has the type of its name only where no rule gives it another.
        let sent = response.headers().get(header::CONTENT_TYPE);
        let mut is_typed_by_name = response.status().is_success()
            && sent.is_some_and(|kind| content_type::is_of_page(&url, kind));
        for rule in rules.iter().rev().filter(|rule| rule.matches(&url)) {
            for (name, value) in rule.headers {
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
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(PRIVATE);
    }
}

/// The path of a URL in its one form, however it was escaped; `None` where it is refused.
fn canonical(uri: &Uri) -> Option<String> {
    let path = RequestPath::parse(uri.path()).ok()?;
    let mut url = String::new();
    path::push_encoded(&mut url, &path.display());
    Some(url)
}

/// Logs what goes wrong with a page of the cache, on behalf of a request.
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

/// The answer of what may have panicked.
fn unpanicked(called: Result<Result<Response>, Box<dyn Any + Send>>) -> Result<Response> {
    called.unwrap_or_else(|panic| Err(error::panicked("the page", panic)))
}

/// Reads the body of a request up to a number of bytes; gives the status to answer with where that fails.
async fn read(mut body: Body, limit: usize) -> Result<Bytes, StatusCode> {
    let least = body.size_hint().lower();
    if usize::try_from(least).is_ok_and(|least| least > limit) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let mut all = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            BodyError::find(&error).map_or(StatusCode::BAD_REQUEST, BodyError::status)
        })?;
        let Ok(data) = frame.into_data() else { continue };
        if all.len() + data.len() > limit {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        if all.is_empty() && body.is_end_stream() {
            return Ok(data);
        }
        all.extend_from_slice(&data);
    }
    Ok(all.freeze())
}
