//! Answers requests: finds the page, calls it behind the middleware, and makes a response of whatever comes of it.

mod fault;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

use std::pin::{Pin, pin};
use std::sync::Arc;

use anyhow::Result;
use axum::body::{Body, HttpBody};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{Method, Request, StatusCode, Uri, header};

pub(crate) use self::fault::Fault;
use crate::page::content_type;
use crate::page::context::Context;
use crate::page::error;
use crate::page::route::Route;
use crate::request::engine::{Engine, EngineRef, Found, Landing, Lookup, OfPage};
use crate::request::error_page::{self, ErrorPage};
use crate::request::resolve::{self, Answerer, Destination, Prerendered};
use crate::request::run::{caught, encode_location, respond};
use crate::routing::page_path::RoutePath;
use crate::routing::request_path::RequestPath;
use crate::site::{Site, public_files};

/// Answers requests by calling the pages of a site, prerendered ones too.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pages {
    site: &'static Site,
}

impl Pages {
    pub(crate) fn of(site: &'static Site) -> EngineRef {
        Arc::new(Pages { site })
    }
}

impl Engine for Pages {
    fn site(&self) -> &'static Site {
        self.site
    }

    fn land<'a>(&'a self, path: &'a RoutePath, method: &'a Method) -> Lookup<'a> {
        Box::pin(async move {
            for (route, params) in self.site.matches(path) {
                if let Some(status) = route.pattern.error_status() {
                    let page = self.error_page(path, status).await?;
                    if let Some(page) = page.and_then(ErrorPage::into_found) {
                        return Ok(Some(page));
                    }
                } else if !route.is_prerendered() {
                    if route.takes(&params)? {
                        return Ok(Some(Found::on_demand(route, params, method)));
                    }
                } else if let Some(found) = Found::prerendered(route, path, method, ()).await? {
                    return Ok(Some(found));
                }
            }
            Ok(None)
        })
    }
}

impl Prerendered for Pages {
    /// A prerendered page is called, as a build would call it.
    async fn page(
        &self,
        route: &'static Route,
        path: &RoutePath,
        method: &Method,
    ) -> Result<Answerer> {
        let found = Found::prerendered(route, path, method, ()).await?;
        Ok(found.map_or(Answerer::Nobody, Answerer::Page))
    }

    fn has_file(&self, _path: &RoutePath) -> bool {
        false
    }

    fn is_named(&self, _path: &RoutePath) -> bool {
        false
    }

    fn is_public(&self, path: &RoutePath) -> bool {
        public_files::has_file(self.site, path)
    }

    fn renders(&self) -> bool {
        true
    }
}

/// Answers a request by calling pages, whatever comes of it: an error and a panic are a 500 page, and go to `log`.
pub(crate) async fn answer(
    site: &'static Site,
    request: Request<Bytes>,
    log: impl Fn(&str),
) -> Response {
    let engine = Pages::of(site);
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let visit = Visit { engine: &engine, origin: site.config.origin(), log: &log };
    let answering = pin!(resolved(&visit, request));
    let mut response = visit.guarded(&method, &uri, answering).await;
    if method == Method::HEAD {
        without_body(&mut response);
    }
    response
}

async fn resolved<L: Fn(&str)>(visit: &Visit<'_, L>, request: Request<Bytes>) -> Response {
    let site = visit.engine.site();
    match resolve::find(site, &Pages { site }, request.method(), request.uri()).await {
        Ok(Destination::Page { shown, path, found }) => {
            visit.page(request, shown, Some((path, found))).await
        }
        // Nothing is made before it is asked for.
        Ok(Destination::Made { path, .. }) => visit.page(request, path.display(), None).await,
        Ok(Destination::Nowhere { shown }) => visit.page(request, shown, None).await,
        Ok(Destination::Redirect(response)) => response,
        Ok(Destination::Refused(status, reason)) => (status, reason).into_response(),
        // Nobody refuses it here.
        Ok(Destination::Forbidden) => StatusCode::FORBIDDEN.into_response(),
        Err(error) => visit.failed(request, Fault::Error(error)).await,
    }
}

/// A request that pages are called for.
pub(crate) struct Visit<'a, L> {
    pub(crate) engine: &'a EngineRef,
    /// Of absolute URLs.
    pub(crate) origin: &'a str,
    /// Is told what went wrong.
    pub(crate) log: &'a L,
}

impl<L: Fn(&str)> Visit<'_, L> {
    /// Calls a page, or the 404 page where there is none, and gives the response its cookies.
    pub(crate) async fn page(
        &self,
        request: Request<Bytes>,
        shown: String,
        found: Option<(RoutePath, Found)>,
    ) -> Response {
        let site = self.engine.site();
        // It is the middleware that is for some paths and not for others.
        let path = site.middleware.as_ref().map_or_else(String::new, |_| shown.clone());
        let engine = Arc::clone(self.engine);
        let (asked, method) = (shown.clone(), request.method().clone());
        let asked_route = found.as_ref().map(|(_, found)| found.route);
        let (mut ctx, landing) = match found {
            Some((path, Found { route, params, landing })) => {
                let found = (route, params);
                let ctx = Context::landed(engine, self.origin, request, shown, &path, found);
                (ctx, landing)
            }
            None => {
                let asked = RequestPath::parse(request.uri().path());
                let mut ctx = Context::on_request(engine, self.origin, request, shown);
                if let Ok(asked) = asked {
                    ctx.stray(self.origin, &asked);
                }
                ctx.route_pattern = "/404";
                match self.find_error_page(&ctx, StatusCode::NOT_FOUND, None).await {
                    Ok(Some(page)) => {
                        let landing = page.take(&mut ctx);
                        (ctx, landing)
                    }
                    Ok(None) => (ctx, Landing::name_of(StatusCode::NOT_FOUND)),
                    Err(error) => return self.fault(ctx, Fault::Error(error)).await,
                }
            }
        };
        match caught(respond(&**self.engine, &path, &mut ctx, landing)).await {
            Ok(Ok(response)) => {
                let mut response = self.completed(&mut ctx, response).await;
                content_type::settle(asked_route, &asked, &method, &mut response);
                encode_location(&mut response);
                with_cookies(&ctx, response)
            }
            Ok(Err(error)) => self.fault(ctx, Fault::Error(error)).await,
            Err(panic) => self.fault(ctx, Fault::of_panic(panic)).await,
        }
    }

    /// Waits for the answer to a request, and answers with the 500 page where that panics.
    ///
    /// It is the one place that catches what code of the site may do between the calls that are caught by themselves: a value
    /// in `ctx.locals` or among the props panics when it is dropped, for example. No request ends its connection.
    pub(crate) async fn guarded(
        &self,
        method: &Method,
        uri: &Uri,
        answering: Pin<&mut impl Future<Output = Response>>,
    ) -> Response {
        let panic = match caught(answering).await {
            Ok(response) => return response,
            Err(panic) => panic,
        };
        let mut request = Request::new(Bytes::new());
        request.method_mut().clone_from(method);
        uri.clone_into(request.uri_mut());
        let failed = Box::pin(self.failed(request, Fault::of_panic(panic)));
        let answered = caught(failed).await;
        answered.unwrap_or_else(|panic| {
            error::discard(panic);
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            (status, status.to_string()).into_response()
        })
    }

    /// Answers a request for which no page was found because code of the site failed.
    pub(crate) async fn failed(&self, request: Request<Bytes>, fault: Fault) -> Response {
        let site = self.engine.site();
        let asked = RequestPath::parse(request.uri().path()).ok();
        let below = asked.clone().and_then(|path| path.below(site.config.base));
        let shown = match below.as_ref().or(asked.as_ref()) {
            Some(path) => path.display(),
            None => request.uri().path().to_owned(),
        };
        let mut ctx = Context::on_request(self.engine.clone(), self.origin, request, shown);
        if let Some(asked) = asked {
            ctx.stray(self.origin, &asked);
        }
        let path = below.and_then(|path| path.route_path());
        if let Some((route, _)) = path.and_then(|path| site.matches(&path).next()) {
            ctx.route_pattern = route.pattern.text;
        }
        self.fault(ctx, fault).await
    }

    /// The page of an error for the path of a request, or for the one that a rewrite led to.
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

    /// Answers a request whose page failed: with the page for that status, which no middleware sees.
    ///
    /// The client is told what the author of an error wrote for it, where that is a status of the client's own fault; of
    /// anything else it is told the status alone.
    async fn fault(&self, mut ctx: Context, fault: Fault) -> Response {
        let status = fault.status();
        if status.is_server_error() || fault.is_for_log() {
            (self.log)(&fault.describe(self.engine.site(), &ctx));
        }
        let (message, target) = (fault.message(), fault.target());
        error::discard(fault);
        let page = self.find_error_page(&ctx, status, target.as_deref()).await;
        let response = match (page, message) {
            (Ok(Some(page)), _) => self.error_page(&mut ctx, page, status).await,
            (Ok(None), Some(message)) => (status, message).into_response(),
            (Ok(None), None) => (status, status.to_string()).into_response(),
            (Err(error), _) => self.nameless(&ctx, Fault::Error(error), status),
        };
        with_cookies(&ctx, response)
    }

    /// Gives the page of an error; where it fails itself, the mere name of the error.
    async fn error_page(&self, ctx: &mut Context, page: ErrorPage, status: StatusCode) -> Response {
        let landing = page.take(ctx);
        let fault = match caught(landing.call(ctx)).await {
            Ok(Ok(response)) => return response,
            Ok(Err(error)) => Fault::Error(error),
            Err(panic) => Fault::of_panic(panic),
        };
        self.nameless(ctx, fault, status)
    }

    /// Logs the failure of an error page, and answers with the mere name of the error.
    fn nameless(&self, ctx: &Context, fault: Fault, status: StatusCode) -> Response {
        (self.log)(&fault.describe(self.engine.site(), ctx));
        error::discard(fault);
        (status, status.to_string()).into_response()
    }

    /// A response of the middleware that is an error and has no body gets the page of that error; its headers stay, save
    /// for those that are about the body.
    async fn completed(&self, ctx: &mut Context, response: Response) -> Response {
        let status = response.status();
        let is_of_page = response.extensions().get::<OfPage>().is_some();
        let is_error = matches!(status, StatusCode::NOT_FOUND | StatusCode::INTERNAL_SERVER_ERROR);
        if !is_error || is_of_page || !response.body().is_end_stream() {
            return response;
        }
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

/// Adds the cookies that were set to those that the response brings along.
pub(crate) fn with_cookies(ctx: &Context, mut response: Response) -> Response {
    for cookie in ctx.cookies.outgoing() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    ctx.cookies.mark_sent();
    response
}

/// Takes the body away, and says how long it was.
pub(crate) fn without_body(response: &mut Response) {
    let length = response.body().size_hint().exact();
    let headers = response.headers_mut();
    if let Some(length) = length.filter(|_| !headers.contains_key(header::CONTENT_LENGTH)) {
        headers.insert(header::CONTENT_LENGTH, length.into());
    }
    *response.body_mut() = Body::empty();
}
