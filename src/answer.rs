//! Answers requests: finds the page, calls it behind the middleware, and makes a response of whatever comes of it.

#[cfg(test)]
mod vectors;

use std::any::Any;
use std::sync::Arc;

use anyhow::{Error, Result};
use axum::body::{Body, HttpBody};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, Uri, header};

use crate::context::Context;
use crate::error;
use crate::landing::{self, Engine, EngineRef, Found, Landing, OfPage};
use crate::params::RawParams;
use crate::path::RoutePath;
use crate::redirect_rule::RedirectRule;
use crate::request_path::RequestPath;
use crate::respond::{PanicInMiddleware, caught, respond};
use crate::route::Route;
use crate::router::Candidate;
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

/// Answers a request, whatever comes of it: an error and a panic are a 500 page, and are shown to `log`.
pub(crate) async fn answer(
    engine: &EngineRef,
    request: Request<Bytes>,
    log: impl Fn(&str),
) -> Response {
    let is_head = request.method() == Method::HEAD;
    let mut response = match destination(&**engine, &request) {
        Ok(Destination::Page(path, landing)) => call(engine, request, path, *landing, &log).await,
        Ok(Destination::Redirect(response) | Destination::Refused(response)) => response,
        Err(error) => {
            let ctx = Context::on_request(Arc::clone(engine), request, "/".to_owned());
            failed(engine.site(), ctx, &Fault::Error(error), &log).await
        }
    };
    if is_head {
        without_body(&mut response);
    }
    response
}

/// What a request comes to, before anything of the site is called but `static_paths`.
enum Destination {
    /// A page, at a decoded path without base that has a trailing slash where the request's has one.
    Page(String, Box<Option<(RoutePath, Found)>>),
    Redirect(Response),
    Refused(Response),
}

fn destination(engine: &dyn Engine, request: &Request<Bytes>) -> Result<Destination> {
    let site = engine.site();
    let nowhere = |path: String| Ok(Destination::Page(path, Box::new(None)));
    let request_path = match RequestPath::parse(request.uri().path()) {
        Ok(path) => path,
        Err(bad) if bad.status() == StatusCode::NOT_FOUND => return nowhere("/".to_owned()),
        Err(bad) => {
            return Ok(Destination::Refused((bad.status(), bad.to_string()).into_response()));
        }
    };
    let whole = request_path.display();
    let Some(below) = request_path.below(site.config.base) else { return nowhere(whole) };
    let shown = below.display();
    let Some(path) = below.route_path() else { return nowhere(shown) };
    for candidate in site.candidates(&path) {
        let (route, params) = match candidate {
            Candidate::Route(route, params) => (route, params),
            Candidate::Redirect(rule, params) => {
                return configured(site, rule, &params, request).map(Destination::Redirect);
            }
        };
        // Its pattern is its own: `/404` is not for `[slug].rs` to answer, where there is a `404.rs`.
        if route.is_error_page() {
            break;
        }
        let method = request.method();
        let found = match route.is_prerendered() {
            true => Found::prerendered(route, &path, method)?,
            false => route.takes(&params).then(|| Found::on_demand(route, params, method)),
        };
        let Some(found) = found else { continue };
        if !site.is_canonical(&below, &path, route) {
            let to = path.url(route);
            let status = match *method {
                Method::GET => StatusCode::MOVED_PERMANENTLY,
                _ => StatusCode::PERMANENT_REDIRECT,
            };
            return Ok(Destination::Redirect(redirect(status, &to, request.uri())));
        }
        let page = Some((path.clone(), found));
        return Ok(Destination::Page(shown, Box::new(page)));
    }
    nowhere(shown)
}

/// The answer of a redirect of kiln.toml.
fn configured(
    site: &Site,
    rule: &RedirectRule,
    params: &RawParams,
    request: &Request<Bytes>,
) -> Result<Response> {
    let to = rule.location(site, params, |path| crate::build::is_public(site, path))?;
    let status = StatusCode::from_u16(rule.status_for(request.method()))?;
    Ok(redirect(status, &to, request.uri()))
}

/// A redirect that keeps the query of the request, where its target has none.
fn redirect(status: StatusCode, to: &str, from: &Uri) -> Response {
    let query = from.query().filter(|_| !to.contains(['?', '#']));
    let to = query.map_or_else(|| to.to_owned(), |query| format!("{to}?{query}"));
    match HeaderValue::from_str(&to) {
        Ok(location) => (status, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Calls a page, or the 404 page where there is none, and gives the response its cookies.
async fn call(
    engine: &EngineRef,
    request: Request<Bytes>,
    shown: String,
    found: Option<(RoutePath, Found)>,
    log: &impl Fn(&str),
) -> Response {
    let site = engine.site();
    let path = shown.clone();
    let mut ctx = Context::on_request(Arc::clone(engine), request, shown);
    let landing = match found {
        Some((path, Found { route, params, landing })) => {
            ctx.land(&path, route, params);
            landing
        }
        None => {
            ctx.route_pattern = "/404";
            let page = landing::error_page(site, StatusCode::NOT_FOUND);
            ctx.is_prerendered = page.is_some_and(Route::is_prerendered);
            Landing::of_error(site, StatusCode::NOT_FOUND)
        }
    };
    match caught(respond(site, &path, &mut ctx, landing)).await {
        Ok(Ok(response)) => {
            let response = completed(site, &mut ctx, response, log).await;
            with_cookies(&ctx, response)
        }
        Ok(Err(error)) => failed(site, ctx, &Fault::Error(error), log).await,
        Err(panic) => failed(site, ctx, &Fault::Panic(panic), log).await,
    }
}

/// What a page or the middleware did instead of answering.
enum Fault {
    Error(Error),
    Panic(Box<dyn Any + Send>),
}

impl Fault {
    fn status(&self) -> StatusCode {
        match self {
            Fault::Error(error) => error::status(error),
            Fault::Panic(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// All that is known of it, for the log.
    fn describe(&self, ctx: &Context) -> String {
        let path = &ctx.origin_pathname;
        match self {
            Fault::Error(error) => format!("{path}: {error:#}"),
            Fault::Panic(panic) => {
                let panic = panic.downcast_ref::<PanicInMiddleware>().map_or(panic, |it| &it.0);
                format!("{path}: panicked: {}", error::panic_text(&**panic))
            }
        }
    }
}

/// Answers a request whose page failed: with the page for that status, which no middleware sees.
///
/// The client is told what the author of an error wrote for it, where that is a status of the client's own fault; of
/// anything else it is told the status alone.
async fn failed(site: &Site, mut ctx: Context, fault: &Fault, log: &impl Fn(&str)) -> Response {
    let status = fault.status();
    if status.is_server_error() {
        log(&fault.describe(&ctx));
    }
    let message = match fault {
        Fault::Error(error) if status.is_client_error() => error::message(error),
        _ => None,
    };
    let page = landing::error_page(site, status);
    let response = match (page, message) {
        (Some(page), _) => error_page(site, &mut ctx, page, status, log).await,
        (None, Some(message)) => (status, message).into_response(),
        (None, None) => (status, status.to_string()).into_response(),
    };
    with_cookies(&ctx, response)
}

/// Gives the page of an error; where it fails itself, the mere name of the error.
async fn error_page(
    site: &Site,
    ctx: &mut Context,
    page: &'static Route,
    status: StatusCode,
    log: &impl Fn(&str),
) -> Response {
    ctx.route_pattern = page.pattern;
    ctx.params = RawParams::new();
    ctx.is_prerendered = page.is_prerendered();
    let fault = match caught(Landing::of_error(site, status).call(ctx)).await {
        Ok(Ok(response)) => return response,
        Ok(Err(error)) => Fault::Error(error),
        Err(panic) => Fault::Panic(panic),
    };
    log(&fault.describe(ctx));
    (status, status.to_string()).into_response()
}

/// A response of the middleware that is an error and has no body gets the page of that error; its headers stay, save for
/// those that are about the body.
async fn completed(
    site: &Site,
    ctx: &mut Context,
    response: Response,
    log: &impl Fn(&str),
) -> Response {
    let status = response.status();
    let is_of_page = response.extensions().get::<OfPage>().is_some();
    let is_error = matches!(status, StatusCode::NOT_FOUND | StatusCode::INTERNAL_SERVER_ERROR);
    if !is_error || is_of_page || !response.body().is_end_stream() {
        return response;
    }
    let Some(page) = landing::error_page(site, status) else { return response };
    let mut completed = error_page(site, ctx, page, status, log).await;
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

/// Adds the cookies that were set to those that the response brings along.
fn with_cookies(ctx: &Context, mut response: Response) -> Response {
    for cookie in ctx.cookies.outgoing() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    ctx.cookies.mark_sent();
    response
}

/// Takes the body away, and says how long it was.
fn without_body(response: &mut Response) {
    let length = response.body().size_hint().exact();
    let headers = response.headers_mut();
    if let Some(length) = length.filter(|_| !headers.contains_key(header::CONTENT_LENGTH)) {
        headers.insert(header::CONTENT_LENGTH, length.into());
    }
    *response.body_mut() = Body::empty();
}
