//! Renders pages for the cache, which does so whenever they are too old.

use std::sync::Arc;

use anyhow::Result;
use axum::response::Response;
use bytes::Bytes;
use http::{Method, Request};

use crate::page::content_type;
use crate::page::context::Context;
use crate::page::error;
use crate::page::origin::Origin;
use crate::page::route::Route;
use crate::request::engine::EngineRef;
use crate::request::handle::add_cookies;
use crate::request::run::{caught, encode_location, respond};
use crate::request::target::ResolvedPage;
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::server::cache::Render;
use crate::server::engine::ServerEngine;

/// A page to render.
#[derive(Debug, Clone)]
pub(super) struct Rendered {
    pub(super) server: ServerEngine,
    pub(super) route: &'static Route,
    pub(super) path: RoutePath,
}

impl Rendered {
    /// Renders a prerendered page as a build does: through the middleware, for a request without headers and body.
    pub(super) fn like_a_build(self) -> Render {
        repeated(self, |Rendered { server, route, path }| async move {
            let page = server.listed(route, &path).await?;
            let shown = path.pathname(&route.pattern, route.config);
            let engine: EngineRef = Arc::new(server.clone());
            let mut ctx = Context::prerendering(
                Some(engine),
                &Origin::of(route.config),
                route,
                &path,
                page.params,
            )?;
            let mut response = respond(&server, Some(&shown), &mut ctx, page.target).await?;
            content_type::settle(Some(route), path.as_str(), &Method::GET, &mut response);
            encode_location(&mut response)?;
            add_cookies(&ctx, &mut response);
            Ok(response)
        })
    }

    /// Renders a page for a request with nothing but its path. If nothing is built, it may be a prerendered page.
    pub(super) fn on_request(self, params: RawParams) -> Render {
        repeated((self, params), |(Rendered { server, route, path }, params)| async move {
            let page = match route.is_prerendered() {
                true => server.listed(route, &path).await?,
                false => ResolvedPage::on_demand(route, params, &Method::GET),
            };
            let origin = &Origin::of(route.config);
            let request = Request::new(Bytes::new());
            let shown = path.pathname(&route.pattern, route.config);
            let found = (route, page.params);
            let engine: EngineRef = Arc::new(server);
            let ctx = Context::for_page(engine, origin, request, shown, &path, found);
            let mut response = page.target.call(&ctx).await?;
            add_cookies(&ctx, &mut response);
            Ok(response)
        })
    }
}

/// Makes a function that can be called many times, each time with a clone of the same state. Its panics are errors.
fn repeated<S, F>(state: S, render: fn(S) -> F) -> Render
where
    S: Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    Arc::new(move || {
        let rendering = render(state.clone());
        Box::pin(async {
            let rendered = caught(rendering).await;
            rendered.unwrap_or_else(|panic| Err(error::panicked("the page", panic)))
        })
    })
}
