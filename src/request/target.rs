//! What is called to answer a request.

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

/// What is called to answer a request, behind the middleware.
#[derive(Debug)]
pub(crate) enum Target {
    Page(PageCall, &'static Route),
    /// An error page, whose response has the status of the error.
    ErrorPage(PageCall, StatusCode),
    /// A response that no page makes: to a method that a page does not have, or an error without a page.
    Response(Response),
    /// A response that is made when it is called for: of a file, or of the page cache.
    #[cfg(feature = "server")]
    Deferred(Deferred),
}

/// A response that is made when it is called for.
#[cfg(feature = "server")]
pub(crate) struct Deferred(pub(crate) ResponseFuture<'static>);

#[cfg(feature = "server")]
impl std::fmt::Debug for Deferred {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deferred").finish_non_exhaustive()
    }
}

/// Marks a response of a page whose status is an error. It is never replaced by an error page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FromPage;

impl Target {
    /// A plain response with the name of a status, where a site has no page for it.
    pub(crate) fn name_of(status: StatusCode) -> Self {
        Target::Response((status, status.to_string()).into_response())
    }

    /// Calls it.
    pub(crate) async fn call(self, ctx: &Context) -> Result<Response> {
        match self {
            Target::Page(call, route) => {
                let mut response = call.call(ctx).await?;
                if response.status().is_client_error() || response.status().is_server_error() {
                    response.extensions_mut().insert(FromPage);
                }
                // Middleware sees this type. A rewrite may change it, since the page then answers another path.
                let (path, method) = (ctx.url.path(), ctx.request.method());
                content_type::settle(Some(route), path, method, &mut response);
                Ok(response)
            }
            Target::ErrorPage(call, status) => {
                let mut response = call.call(ctx).await?;
                if response.status().is_success() {
                    *response.status_mut() = status;
                }
                response.extensions_mut().insert(FromPage);
                Ok(response)
            }
            Target::Response(response) => Ok(response),
            #[cfg(feature = "server")]
            Target::Deferred(deferred) => deferred.0.await,
        }
    }
}

/// A page that was found for a path, with the params of the path. It has not been called yet.
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

    /// A page that `static_paths` has listed.
    pub(crate) fn listed(route: &'static Route, page: StaticPage) -> Self {
        let (params, call) = page.into_parts();
        ResolvedPage::new(route, params.without_empty(), call)
    }

    /// A response that stands for a page.
    pub(crate) fn response(route: &'static Route, params: RawParams, response: Response) -> Self {
        ResolvedPage { route, params, target: Target::Response(response) }
    }

    /// A page of a route that is rendered on request.
    pub(crate) fn on_demand(route: &'static Route, params: RawParams, method: &Method) -> Self {
        match method::endpoint(route, method) {
            Ok(Endpoint::OnContext(endpoint)) => {
                ResolvedPage::new(route, params, PageCall::of(endpoint))
            }
            // Generated code gives a route that is rendered on request no other kind of endpoint.
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
    /// Changes a context to that of the error page, and returns what is to be called. The URL stays that of the request.
    pub(crate) fn take(self, ctx: &mut Context) -> Target {
        let ErrorPage { route, params, target } = self;
        match route {
            Some(route) => ctx.set_route(route, params),
            None => ctx.params = params,
        }
        target
    }

    /// The same as a page that a rewrite leads to; `None` for a file of `public/`, which has no route.
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
