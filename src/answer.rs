//! Answers requests: finds the page, calls it behind the middleware, and makes a response of whatever comes of it.

mod fault;

#[cfg(test)]
mod vectors;

use std::sync::Arc;

use anyhow::{Error, Result};
use axum::body::{Body, HttpBody};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};

use self::fault::Fault;
use crate::context::Context;
use crate::destination::{self, Answerer, Destination, Prerendered};
use crate::landing::{self, Engine, EngineRef, Found, Landing, OfPage};
use crate::params::RawParams;
use crate::path::RoutePath;
use crate::request_path::RequestPath;
use crate::respond::{caught, respond};
use crate::route::Route;
use crate::site::Site;

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

    fn land(&self, path: &RoutePath, method: &Method) -> Result<Option<Found>> {
        for (route, params) in self.site.matches(path) {
            if !route.is_prerendered() {
                if route.takes(&params) {
                    return Ok(Some(Found::on_demand(route, params, method)));
                }
            } else if let Some(found) = Found::prerendered(route, path, method)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

impl Prerendered for Pages {
    /// A prerendered page is called, as a build would call it.
    fn page(&self, route: &'static Route, path: &RoutePath, method: &Method) -> Result<Answerer> {
        let found = Found::prerendered(route, path, method)?;
        Ok(found.map_or(Answerer::Nobody, Answerer::Page))
    }

    fn has_file(&self, _path: &RoutePath) -> bool {
        false
    }

    fn is_named(&self, _path: &RoutePath) -> bool {
        false
    }

    fn renders(&self) -> bool {
        true
    }
}

/// Answers a request by calling pages, whatever comes of it: an error and a panic are a 500 page, and are told to `log`.
pub(crate) async fn answer(
    site: &'static Site,
    request: Request<Bytes>,
    log: impl Fn(&str),
) -> Response {
    let engine = Pages::of(site);
    let is_head = request.method() == Method::HEAD;
    let visit = Visit { engine: &engine, origin: site.config.origin(), log: &log };
    let mut response =
        match destination::find(site, &Pages { site }, request.method(), request.uri()) {
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
            Err(error) => visit.failed(request, error).await,
        };
    if is_head {
        without_body(&mut response);
    }
    response
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
                let page = landing::error_page(site, StatusCode::NOT_FOUND);
                ctx.is_prerendered = page.is_some_and(Route::is_prerendered);
                let page = self.engine.error_page(StatusCode::NOT_FOUND);
                (ctx, page.unwrap_or_else(|| Landing::name_of(StatusCode::NOT_FOUND)))
            }
        };
        match caught(respond(site, &path, &mut ctx, landing)).await {
            Ok(Ok(response)) => {
                let response = self.completed(&mut ctx, response).await;
                with_cookies(&ctx, response)
            }
            Ok(Err(error)) => self.fault(ctx, Fault::Error(error)).await,
            Err(panic) => self.fault(ctx, Fault::Panic(panic)).await,
        }
    }

    /// Answers a request for which no page could be looked for, or `static_paths` failed.
    pub(crate) async fn failed(&self, request: Request<Bytes>, error: Error) -> Response {
        let path = "/".to_owned();
        let ctx = Context::on_request(Arc::clone(self.engine), self.origin, request, path);
        self.fault(ctx, Fault::Error(error)).await
    }

    /// Answers a request whose page failed: with the page for that status, which no middleware sees.
    ///
    /// The client is told what the author of an error wrote for it, where that is a status of the client's own fault; of
    /// anything else it is told the status alone.
    async fn fault(&self, mut ctx: Context, fault: Fault) -> Response {
        let status = fault.status();
        if status.is_server_error() {
            (self.log)(&fault.describe(&ctx));
        }
        let message = fault.message();
        // What is in a panic can go to another thread, and not be looked at from two.
        drop(fault);
        let response = match (self.engine.error_page(status), message) {
            (Some(landing), _) => self.error_page(&mut ctx, landing, status).await,
            (None, Some(message)) => (status, message).into_response(),
            (None, None) => (status, status.to_string()).into_response(),
        };
        with_cookies(&ctx, response)
    }

    /// Gives the page of an error; where it fails itself, the mere name of the error.
    async fn error_page(
        &self,
        ctx: &mut Context,
        landing: Landing,
        status: StatusCode,
    ) -> Response {
        if let Some(page) = landing::error_page(self.engine.site(), status) {
            ctx.route_pattern = page.pattern;
            ctx.is_prerendered = page.is_prerendered();
        }
        ctx.params = RawParams::new();
        let fault = match caught(landing.call(ctx)).await {
            Ok(Ok(response)) => return response,
            Ok(Err(error)) => Fault::Error(error),
            Err(panic) => Fault::Panic(panic),
        };
        (self.log)(&fault.describe(ctx));
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
        let Some(landing) = self.engine.error_page(status) else { return response };
        let mut completed = self.error_page(ctx, landing, status).await;
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
fn with_cookies(ctx: &Context, mut response: Response) -> Response {
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
