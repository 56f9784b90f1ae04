//! Renders pages for the cache, which does so whenever they are too old.

use std::any::Any;
use std::sync::Arc;

use anyhow::Result;
use axum::response::Response;
use bytes::Bytes;
use http::{Method, Request};

use super::App;
use crate::page::content_type;
use crate::page::context::Context;
use crate::page::error;
use crate::page::route::Route;
use crate::request::engine::EngineRef;
use crate::request::handle::with_cookies;
use crate::request::run::{caught, encode_location, respond};
use crate::request::target::ResolvedPage;
use crate::routing::page_path::RoutePath;
use crate::server::cache::Render;

impl App {
    /// Renders a prerendered page as a build does: through the middleware, for a request without headers and body.
    pub(super) fn render_prerendered(&self, route: &'static Route, path: &RoutePath) -> Render {
        let (server, path) = (self.server.clone(), path.clone());
        Arc::new(move || {
            let (server, path) = (server.clone(), path.clone());
            let rendered = async move {
                let page = server.listed(route, &path).await?;
                let shown = path.pathname(&route.pattern, route.config);
                let engine: EngineRef = Arc::new(server);
                let of_ctx = Arc::clone(&engine);
                let mut ctx = Context::prerendering(Some(of_ctx), route, &path, page.params)?;
                let mut response = respond(&*engine, &shown, &mut ctx, page.target).await?;
                content_type::settle(Some(route), path.as_str(), &Method::GET, &mut response);
                encode_location(&mut response);
                Ok(with_cookies(&ctx, response))
            };
            Box::pin(async { unpanicked(caught(rendered).await) })
        })
    }

    /// Renders a page for a request with nothing but its path. If nothing is built, it may be a prerendered page.
    pub(super) fn render_on_demand(&self, path: &RoutePath, page: &ResolvedPage) -> Render {
        let (engine, server) = (Arc::clone(&self.engine), self.server.clone());
        let (route, params, path) = (page.route, page.params.clone(), path.clone());
        Arc::new(move || {
            let (engine, server) = (Arc::clone(&engine), server.clone());
            let (params, path) = (params.clone(), path.clone());
            let rendered = async move {
                let origin = engine.site().config.origin();
                let page = match route.is_prerendered() {
                    true => server.listed(route, &path).await?,
                    false => ResolvedPage::on_demand(route, params, &Method::GET),
                };
                let request = Request::new(Bytes::new());
                let shown = path.pathname(&route.pattern, route.config);
                let found = (route, page.params);
                let ctx = Context::for_page(engine.clone(), origin, request, shown, &path, found);
                let response = page.target.call(&ctx).await?;
                Ok(with_cookies(&ctx, response))
            };
            Box::pin(async { unpanicked(caught(rendered).await) })
        })
    }
}

/// Makes an error of a panic.
fn unpanicked(called: Result<Result<Response>, Box<dyn Any + Send>>) -> Result<Response> {
    called.unwrap_or_else(|panic| Err(error::panicked("the page", panic)))
}
