//! The target of a request, which is called to answer it.

use anyhow::Result;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};

use crate::page::content_type;
use crate::page::context::Context;
#[cfg(feature = "server")]
use crate::page::route::ResponseFuture;
use crate::page::route::{Endpoint, Route};
use crate::page::static_path::{PageCall, StaticPage};
use crate::request::method;
use crate::routing::params::RawParams;

/// The target of a request, which is called behind the middleware.
#[derive(Debug)]
pub(crate) enum Target {
    Page(PageCall, &'static Route),
    /// An error page, whose response has the status of the error.
    ErrorPage(PageCall, StatusCode),
    /// A response without a page: to a method that the page does not have, or an error without an error page.
    Response(Box<Response>),
    /// A response from a file or from the page cache, which is created when it is called.
    #[cfg(feature = "server")]
    Deferred(Deferred),
}

/// A response that is created when it is called.
#[cfg(feature = "server")]
pub(crate) struct Deferred(pub(crate) ResponseFuture<'static>);

#[cfg(feature = "server")]
impl std::fmt::Debug for Deferred {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deferred").finish_non_exhaustive()
    }
}

/// Marks an error response that a page returned. It is never replaced by an error page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FromPage;

/// Marks a response with the name of a status, in place of an error page that the site does not have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameOfStatus;

impl Target {
    /// A plain response with the name of a status, for a site without an error page for it.
    pub(crate) fn name_of(status: StatusCode) -> Self {
        let mut response = (status, status.to_string()).into_response();
        response.extensions_mut().insert(NameOfStatus);
        Target::Response(Box::new(response))
    }

    /// Calls the target.
    pub(crate) async fn call(self, ctx: &Context) -> Result<Response> {
        match self {
            Target::Page(call, route) => {
                let mut response = call.call(ctx).await?;
                ctx.check_images()?;
                if response.status().is_client_error() || response.status().is_server_error() {
                    response.extensions_mut().insert(FromPage);
                }
                // Middleware sees this type. It may change after a rewrite, because the requested path is another one.
                let (path, method) = (ctx.url.path(), ctx.request.method());
                content_type::settle(Some(route), path, method, &mut response);
                Ok(response)
            }
            Target::ErrorPage(call, status) => {
                let mut response = call.call(ctx).await?;
                ctx.check_images()?;
                if response.status().is_success() {
                    *response.status_mut() = status;
                }
                response.extensions_mut().insert(FromPage);
                Ok(response)
            }
            Target::Response(response) => Ok(*response),
            #[cfg(feature = "server")]
            Target::Deferred(deferred) => deferred.0.await,
        }
    }
}

/// A page that was found for a path, with its params. It has not been called yet.
#[derive(Debug)]
pub(crate) struct ResolvedPage {
    pub(crate) route: &'static Route,
    pub(crate) params: RawParams,
    pub(crate) target: Target,
}

impl ResolvedPage {
    /// The page of a route.
    pub(crate) fn new(route: &'static Route, params: RawParams, call: PageCall) -> Self {
        let target = match route.pattern.error_status() {
            Some(status) => Target::ErrorPage(call, status),
            None => Target::Page(call, route),
        };
        ResolvedPage { route, params, target }
    }

    /// A page from the list of `static_paths`.
    pub(crate) fn listed(route: &'static Route, page: StaticPage) -> Self {
        let (params, call) = page.into_parts();
        ResolvedPage::new(route, params.without_empty(), call)
    }

    /// A response in place of a page.
    pub(crate) fn response(route: &'static Route, params: RawParams, response: Response) -> Self {
        ResolvedPage { route, params, target: Target::Response(Box::new(response)) }
    }

    /// A page of a route that is rendered on request.
    pub(crate) fn on_demand(route: &'static Route, params: RawParams, method: &Method) -> Self {
        match method::endpoint(route, method) {
            Ok(Endpoint::OnContext(endpoint)) => {
                ResolvedPage::new(route, params, PageCall::OnContext(endpoint))
            }
            // In generated code, routes on request do not have this kind of endpoint.
            Ok(Endpoint::OnStaticPaths(_)) => {
                ResolvedPage::response(route, params, StatusCode::NOT_FOUND.into_response())
            }
            Err(response) => ResolvedPage::response(route, params, response),
        }
    }
}

/// An error page that was found and has not been called yet.
#[derive(Debug)]
pub(crate) struct ErrorPage {
    /// `None` for a file of `public/`.
    pub(crate) route: Option<&'static Route>,
    pub(crate) params: RawParams,
    pub(crate) target: Target,
}

impl ErrorPage {
    /// Changes the page of a context to the error page, and returns the target to call. The URL does not change.
    pub(crate) fn take(self, ctx: &mut Context) -> Target {
        let ErrorPage { route, params, target } = self;
        match route {
            Some(route) => ctx.set_route(route, params),
            None => ctx.params = params,
        }
        target
    }

    /// Converts it to the page of a rewrite; `None` for a file of `public/`, which has no route.
    pub(crate) fn into_page(self) -> Option<ResolvedPage> {
        let ErrorPage { route, params, target } = self;
        Some(ResolvedPage { route: route?, params, target })
    }
}

impl From<ResolvedPage> for ErrorPage {
    fn from(ResolvedPage { route, params, target }: ResolvedPage) -> Self {
        ErrorPage { route: Some(route), params, target }
    }
}
