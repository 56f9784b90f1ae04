//! Answers requests: finds the page, calls it behind the middleware, and turns errors and panics into responses.

mod failed;
mod fault;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

use std::any::Any;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;

use anyhow::Result;
use axum::body::HttpBody;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{Method, Request, StatusCode, Uri, header};

#[cfg(feature = "server")]
pub(crate) use self::failed::Failed;
pub(crate) use self::fault::Fault;
use crate::assets::Store;
use crate::assets::store::Lifetime;
use crate::page::content_type;
use crate::page::context::Context;
use crate::page::error;
use crate::page::origin::Origin;
use crate::page::route::Route;
use crate::request::engine::{Engine, EngineRef, Listing};
use crate::request::path::RequestedPath;
use crate::request::resolve::{Resolved, resolve};
use crate::request::run::{caught, encode_location, respond};
use crate::request::search::{self, StaticPaths};
use crate::request::target::{ErrorPage, FromPage, ResolvedPage, Target};
use crate::request::{asset, error_page, method};
use crate::routing::page_path::RoutePath;
use crate::routing::request_path::{BadPath, RequestPath};
use crate::site::{Site, public_files};

/// An engine that calls all pages of a site, including prerendered ones.
#[derive(Debug)]
pub(crate) struct Pages {
    site: &'static Site,
    assets: Store,
}

impl Pages {
    pub(crate) fn of(site: &'static Site) -> EngineRef {
        Arc::new(Pages { site, assets: site.assets(Lifetime::Once) })
    }
}

impl Engine for Pages {
    fn site(&self) -> &'static Site {
        self.site
    }

    fn store(&self) -> &Store {
        &self.assets
    }

    fn renders(&self) -> bool {
        true
    }

    fn list<'a>(
        &'a self,
        route: &'static Route,
        static_paths: StaticPaths,
        path: &'a RoutePath,
    ) -> Listing<'a> {
        Box::pin(search::on_thread(route, static_paths, path, ()))
    }

    fn is_public(&self, path: &RoutePath) -> bool {
        public_files::has_file(self.site, path)
    }
}

/// Answers a request by calling pages. An error or a panic results in the 500 page, and is passed to `log`.
pub(crate) async fn answer(
    site: &'static Site,
    request: Request<Bytes>,
    log: impl Fn(&str) + Sync,
) -> Response {
    let engine = Pages::of(site);
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let path =
        RequestPath::parse(uri.path()).map(|path| RequestedPath::new(path, site.config.base));
    let origin = &Origin::of(site.config);
    let handler = Handler { engine: &engine, origin, client: None, log: &log };
    let response = pin!(async {
        match &path {
            Ok(path) => resolved(&handler, request, path).await,
            Err(bad) => handler.refuse(request, *bad).await,
        }
    });
    handler.guarded(&method, &uri, path.as_ref().ok(), response).await
}

async fn resolved(
    handler: &Handler<'_>,
    request: Request<Bytes>,
    path: &RequestedPath,
) -> Response {
    match resolve(&**handler.engine, path, request.method(), request.uri()).await {
        Ok(Resolved::Page { path: of_page, page }) => {
            handler.page(request, path, Some((of_page, page))).await
        }
        // This engine has no files.
        Ok(Resolved::NotFound | Resolved::File { .. }) => handler.page(request, path, None).await,
        Ok(Resolved::Asset(asset)) => {
            asset::respond(handler.engine.site(), request.method(), &asset)
        }
        Ok(Resolved::Redirect(response)) => *response,
        // This engine refuses nothing.
        Ok(Resolved::Forbidden) => StatusCode::FORBIDDEN.into_response(),
        Err(error) => handler.failed(request, Some(path), Fault::Error(error)).await,
    }
}

/// Answers requests by calling pages.
#[derive(Clone, Copy)]
pub(crate) struct Handler<'a> {
    pub(crate) engine: &'a EngineRef,
    /// The origin of absolute URLs.
    pub(crate) origin: &'a Origin,
    pub(crate) client: Option<IpAddr>,
    /// Receives a line for each failure.
    pub(crate) log: &'a (dyn Fn(&str) + Sync),
}

impl Handler<'_> {
    /// Answers a request whose path is invalid.
    pub(crate) async fn refuse(&self, request: Request<Bytes>, bad: BadPath) -> Response {
        match bad.status() {
            // Middleware does not run, since it would see another path.
            StatusCode::NOT_FOUND => {
                let fault = Fault::Error(error::error(bad.status(), bad.status()));
                self.failed(request, None, fault).await
            }
            // It asks about the server as a whole, so it has no path.
            _ if request.method() == Method::OPTIONS && request.uri().path() == "*" => {
                StatusCode::NO_CONTENT.into_response()
            }
            status => (status, bad.reason()).into_response(),
        }
    }

    /// Calls a page, or the 404 page if there is none, and adds the cookies to the response.
    pub(crate) async fn page(
        &self,
        request: Request<Bytes>,
        requested: &RequestedPath,
        found: Option<(&RoutePath, ResolvedPage)>,
    ) -> Response {
        let shown = requested.shown();
        // Only a middleware with a matcher needs it.
        let has_middleware = self.engine.site().middleware.is_some();
        let path = has_middleware.then(|| requested.below_base_shown()).flatten();
        let engine = Arc::clone(self.engine);
        let method = request.method().clone();
        let route = found.as_ref().map(|(_, page)| page.route);
        let (mut ctx, target);
        match found {
            Some((path, page)) => {
                target = page.target;
                let found = (page.route, page.params);
                ctx = Context::for_page(engine, self.origin, request, shown, path, found);
                ctx.client = self.client;
            }
            None => match self.not_found(request, requested).await {
                Ok(found) => (ctx, target) = found,
                Err((ctx, error)) => return self.fault(ctx, Fault::Error(error)).await,
            },
        }
        let fault = match caught(respond(&**self.engine, path.as_deref(), &mut ctx, target)).await {
            Ok(Ok(mut response)) => {
                if lacks_error_page(&response) {
                    response = self.completed(&mut ctx, response).await;
                }
                content_type::settle(route, requested.as_str(), &method, &mut response);
                match encode_location(&mut response) {
                    Ok(()) => {
                        add_cookies(&ctx, &mut response);
                        return response;
                    }
                    Err(error) => Fault::Error(error),
                }
            }
            Ok(Err(error)) => Fault::Error(error),
            Err(panic) => Fault::of_panic(panic),
        };
        self.fault(ctx, fault).await
    }

    /// The context of a request that no page answers, and the 404 page for it.
    ///
    /// # Errors
    ///
    /// Fails with the context and the error if the 404 page cannot be found.
    async fn not_found(
        &self,
        request: Request<Bytes>,
        requested: &RequestedPath,
    ) -> Result<(Context, Target), (Context, anyhow::Error)> {
        let (engine, shown, whole) =
            (Arc::clone(self.engine), requested.shown(), requested.whole());
        let mut ctx = Context::not_found(engine, self.origin, request, shown, &whole);
        ctx.route_pattern = "/404";
        ctx.client = self.client;
        let status = StatusCode::NOT_FOUND;
        match error_page::find(&**self.engine, status, &requested.for_error_page()).await {
            Ok(Some(page)) => {
                let target = page.take(&mut ctx);
                Ok((ctx, target))
            }
            Ok(None) => Ok((ctx, Target::name_of(status))),
            Err(error) => Err((ctx, error)),
        }
    }

    /// Awaits the response to a request, and answers with the 500 page if that panics.
    ///
    /// It catches panics in code of the site outside of pages and middleware, for example in the `Drop` of a value in
    /// `ctx.locals` or of a prop. So no request ends its connection.
    pub(crate) async fn guarded(
        &self,
        method: &Method,
        uri: &Uri,
        path: Option<&RequestedPath>,
        response: Pin<&mut impl Future<Output = Response>>,
    ) -> Response {
        let mut response = match caught(response).await {
            Ok(response) => response,
            Err(panic) => self.after_panic(method, uri, path, panic).await,
        };
        method::settle_head(method, &mut response);
        response
    }

    /// The response to a request after a panic.
    async fn after_panic(
        &self,
        method: &Method,
        uri: &Uri,
        path: Option<&RequestedPath>,
        panic: Box<dyn Any + Send>,
    ) -> Response {
        let mut request = Request::new(Bytes::new());
        request.method_mut().clone_from(method);
        uri.clone_into(request.uri_mut());
        let failed = Box::pin(self.failed(request, path, Fault::of_panic(panic)));
        caught(failed).await.unwrap_or_else(|panic| {
            error::discard(panic);
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            (status, status.to_string()).into_response()
        })
    }

    /// Answers a request if code of the site failed while its page was being found.
    pub(crate) async fn failed(
        &self,
        request: Request<Bytes>,
        requested: Option<&RequestedPath>,
        fault: Fault,
    ) -> Response {
        let site = self.engine.site();
        let (shown, whole) = match requested {
            Some(path) => (path.shown(), path.whole()),
            None => {
                let path = request.uri().path();
                (path.to_owned(), format!("{}{path}", site.config.base))
            }
        };
        let engine = Arc::clone(self.engine);
        let mut ctx = Context::not_found(engine, self.origin, request, shown, &whole);
        ctx.client = self.client;
        let path = requested.and_then(RequestedPath::route_path);
        if let Some((route, _)) = path.and_then(|path| site.matches(path).next()) {
            ctx.route_pattern = route.pattern.text;
        }
        self.fault(ctx, fault).await
    }

    /// Finds the error page for the path of a context, or for the target of a rewrite.
    async fn find_error_page(
        &self,
        ctx: &Context,
        status: StatusCode,
        target: Option<&str>,
    ) -> Result<Option<ErrorPage>> {
        let base = self.engine.site().config.base;
        let path =
            target.map_or_else(|| error_page::path_below(base, ctx.url.path()), str::to_owned);
        error_page::find(&**self.engine, status, &path).await
    }

    /// Answers a request whose page failed with the error page for that status, without middleware.
    ///
    /// For a client error, the client sees the message. For other errors, it only sees the status.
    async fn fault(&self, mut ctx: Context, fault: Fault) -> Response {
        let status = fault.status();
        if status.is_server_error() && self.engine.shows_failures() {
            return fault.failed(self.engine.site(), &ctx).response(status);
        }
        if status.is_server_error() || fault.is_for_log() {
            (self.log)(&fault.describe(self.engine.site(), &ctx));
        }
        let (message, target) = (fault.message(), fault.target());
        error::discard(fault);
        let page = self.find_error_page(&ctx, status, target.as_deref()).await;
        let mut response = match (page, message) {
            (Ok(Some(page)), _) => self.error_page(&mut ctx, page, status).await,
            (Ok(None), Some(message)) => (status, message).into_response(),
            (Ok(None), None) => (status, status.to_string()).into_response(),
            (Err(error), _) => self.nameless(&ctx, Fault::Error(error), status),
        };
        add_cookies(&ctx, &mut response);
        response
    }

    /// Calls an error page. If it fails, the response is the name of the status.
    async fn error_page(&self, ctx: &mut Context, page: ErrorPage, status: StatusCode) -> Response {
        let target = page.take(ctx);
        let fault = match caught(target.call(ctx)).await {
            Ok(Ok(response)) => return response,
            Ok(Err(error)) => Fault::Error(error),
            Err(panic) => Fault::of_panic(panic),
        };
        self.nameless(ctx, fault, status)
    }

    /// Logs the failure of an error page, and answers with the name of the status.
    fn nameless(&self, ctx: &Context, fault: Fault, status: StatusCode) -> Response {
        if self.engine.shows_failures() {
            return fault.failed(self.engine.site(), ctx).response(status);
        }
        (self.log)(&fault.describe(self.engine.site(), ctx));
        error::discard(fault);
        (status, status.to_string()).into_response()
    }

    /// Adds the body of an error page to a response that [lacks](lacks_error_page) it. The headers of the response are kept,
    /// except for those about the body.
    async fn completed(&self, ctx: &mut Context, response: Response) -> Response {
        let status = response.status();
        let page = match self.find_error_page(ctx, status, None).await {
            Ok(Some(page)) => page,
            Ok(None) => return response,
            Err(error) => {
                (self.log)(&Fault::Error(error).describe(self.engine.site(), ctx));
                return response;
            }
        };
        let mut completed = self.error_page(ctx, page, status).await;
        *completed.status_mut() = status;
        let (mut head, _) = response.into_parts();
        for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
            head.headers.remove(name);
        }
        let headers = completed.headers_mut();
        for name in head.headers.keys().filter(|name| **name != header::SET_COOKIE) {
            headers.remove(name);
        }
        for (name, value) in &head.headers {
            headers.append(name, value.clone());
        }
        completed
    }
}

/// Returns true if and only if a response is an error of middleware without a body.
fn lacks_error_page(response: &Response) -> bool {
    let is_error =
        matches!(response.status(), StatusCode::NOT_FOUND | StatusCode::INTERNAL_SERVER_ERROR);
    let is_from_page = || response.extensions().get::<FromPage>().is_some();
    is_error && !is_from_page() && response.body().is_end_stream()
}

/// Adds the cookies of a context to its response.
pub(crate) fn add_cookies(ctx: &Context, response: &mut Response) {
    if ctx.cookies.are_unused() {
        return;
    }
    for cookie in ctx.cookies.outgoing() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    ctx.cookies.mark_sent();
}
