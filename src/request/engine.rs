//! Where a request comes to: the page that answers it, found and not called yet.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use anyhow::Result;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};

use crate::config::Config;
use crate::page::content_type;
use crate::page::context::Context;
use crate::page::rewrite::Rewrite;
use crate::page::route::{Answer, Endpoint, Route};
use crate::page::static_path::{PageCall, StaticPage};
use crate::request::error_page::{self, ErrorPage};
use crate::request::search::{self, StaticPaths};
use crate::request::{method, rewrite, run};
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::site::Site;

/// What knows the pages of a site: the static build, and what answers requests.
pub(crate) trait Engine: Rewrite + fmt::Debug + Send + Sync {
    fn site(&self) -> &'static Site;

    /// The page that answers a path, where one does.
    ///
    /// # Errors
    ///
    /// Where there is one that cannot answer here, or its `static_paths` fails.
    fn land<'a>(&'a self, path: &'a RoutePath, method: &'a Method) -> Lookup<'a>;

    /// The page of an error with this status at its own path, such as `docs/404`, where there is one.
    ///
    /// [`error_page::find`] knows which of them answers a request.
    ///
    /// # Errors
    ///
    /// What its `static_paths` fails with.
    fn error_page<'a>(&'a self, path: &'a RoutePath, status: StatusCode) -> ErrorLookup<'a> {
        Box::pin(async move {
            for (route, params) in error_page::routes(self.site(), path, status) {
                if let Some(page) = error_page::called(route, params, path, ()).await? {
                    return Ok(Some(page));
                }
            }
            Ok(None)
        })
    }
}

impl<E: Engine> Rewrite for E {
    fn config(&self) -> &'static Config {
        self.site().config
    }

    fn rewrite<'a>(&'a self, ctx: &'a mut Context, to: &'a str) -> Answer<'a> {
        // Boxed, since a page may lead to itself, and its future would be a part of itself.
        Box::pin(async move {
            let (path, landing) = rewrite::apply(self, ctx, to).await?;
            run::respond(self, &path, ctx, landing).await
        })
    }
}

/// The page of an error, once it is found.
pub(crate) type ErrorLookup<'a> =
    Pin<Box<dyn Future<Output = Result<Option<ErrorPage>>> + Send + 'a>>;

/// The page that answers a path, once it is found.
pub(crate) type Lookup<'a> = Pin<Box<dyn Future<Output = Result<Option<Found>>> + Send + 'a>>;

/// A handle to what knows the pages of a site.
pub(crate) type EngineRef = Arc<dyn Engine>;

/// A page that answers a path, with the params that the path gives it.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) route: &'static Route,
    pub(crate) params: RawParams,
    pub(crate) landing: Landing,
}

/// What answers a request once middleware has let it pass.
#[derive(Debug)]
pub(crate) enum Landing {
    Page(PageCall, &'static Route),
    /// A page that stands for an error, and answers with its status.
    ErrorPage(PageCall, StatusCode),
    /// An answer that no page gives: a method that a page does not have, an error without a page.
    Answer(Response),
    /// A file that is read for it.
    #[cfg(feature = "server")]
    File(FileAnswer),
}

/// The answer of a file.
#[cfg(feature = "server")]
pub(crate) struct FileAnswer(pub(crate) Answer<'static>);

#[cfg(feature = "server")]
impl fmt::Debug for FileAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileAnswer").finish_non_exhaustive()
    }
}

/// Marks an error that a page answers by itself, which is never replaced by the page of that error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OfPage;

impl Landing {
    /// The answer of a site that has no page for an error: its name.
    pub(crate) fn name_of(status: StatusCode) -> Self {
        Landing::Answer((status, status.to_string()).into_response())
    }

    /// Calls it.
    pub(crate) async fn call(self, ctx: &Context) -> Result<Response> {
        match self {
            Landing::Page(call, route) => {
                let mut response = call.call(ctx).await?;
                if response.status().is_client_error() || response.status().is_server_error() {
                    response.extensions_mut().insert(OfPage);
                }
                // Middleware sees the type; where the page answers another path by a rewrite, it may change with that.
                let (path, method) = (ctx.url.path(), ctx.request.method());
                content_type::settle(Some(route), path, method, &mut response);
                Ok(response)
            }
            Landing::ErrorPage(call, status) => {
                let mut response = call.call(ctx).await?;
                // What a page says by itself is that it is there.
                if response.status().is_success() {
                    *response.status_mut() = status;
                }
                response.extensions_mut().insert(OfPage);
                Ok(response)
            }
            Landing::Answer(response) => Ok(response),
            #[cfg(feature = "server")]
            Landing::File(answer) => answer.0.await,
        }
    }
}

impl Found {
    /// A page of a prerendered route, as a static build would make it; `None` where the route has no such page. `turn` is held as long
    /// as `static_paths` runs.
    ///
    /// # Errors
    ///
    /// What `static_paths` fails with.
    pub(crate) async fn prerendered(
        route: &'static Route,
        path: &RoutePath,
        method: &Method,
        turn: impl Send + 'static,
    ) -> Result<Option<Self>> {
        match Found::or_list(route, method) {
            Ok(found) => Ok(Some(found)),
            Err(static_paths) => {
                let page = search::on_thread(route, static_paths, path, turn).await?;
                Ok(page.map(|page| Found::listed(route, page)))
            }
        }
    }

    /// The same on this thread, which waits for `static_paths`: for a build, whose threads drive no runtime.
    ///
    /// # Errors
    ///
    /// What `static_paths` fails with.
    pub(crate) fn prerendered_here(
        route: &'static Route,
        path: &RoutePath,
        method: &Method,
    ) -> Result<Option<Self>> {
        match Found::or_list(route, method) {
            Ok(found) => Ok(Some(found)),
            Err(static_paths) => {
                let page = search::here(route, static_paths, path)?;
                Ok(page.map(|page| Found::listed(route, page)))
            }
        }
    }

    /// What answers a method of a prerendered route; or else the list that its pages are in.
    fn or_list(route: &'static Route, method: &Method) -> Result<Self, StaticPaths> {
        match method::endpoint(route, method) {
            Ok(Endpoint::OnContext(endpoint)) => {
                Ok(Found::page(route, RawParams::new(), PageCall::of(endpoint)))
            }
            Ok(Endpoint::OnStaticPaths(static_paths)) => Err(static_paths),
            Err(answer) => Ok(Found::answer(route, RawParams::new(), answer)),
        }
    }

    /// A page that `static_paths` has listed.
    fn listed(route: &'static Route, page: StaticPage) -> Self {
        let (params, call) = page.into_parts();
        Found::page(route, params.without_empty(), call)
    }

    /// A page of a route that is rendered on request.
    pub(crate) fn on_demand(route: &'static Route, params: RawParams, method: &Method) -> Self {
        match method::endpoint(route, method) {
            Ok(Endpoint::OnContext(endpoint)) => Found::page(route, params, PageCall::of(endpoint)),
            // Generated code gives a route that is rendered on request no other kind of endpoint.
            Ok(Endpoint::OnStaticPaths(_)) => {
                Found::answer(route, params, StatusCode::NOT_FOUND.into_response())
            }
            Err(answer) => Found::answer(route, params, answer),
        }
    }

    fn page(route: &'static Route, params: RawParams, call: PageCall) -> Self {
        let landing = match route.pattern.error_status() {
            Some(status) => Landing::ErrorPage(call, status),
            None => Landing::Page(call, route),
        };
        Found { route, params, landing }
    }

    fn answer(route: &'static Route, params: RawParams, answer: Response) -> Self {
        Found { route, params, landing: Landing::Answer(answer) }
    }
}
