//! Renders pages for the cache.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request};

use crate::page::content_type;
use crate::page::context::Context;
use crate::page::origin::Origin;
use crate::page::route::Route;
use crate::request::engine::EngineRef;
use crate::request::handle::add_cookies;
use crate::request::run::{encode_location, respond};
use crate::request::target::ResolvedPage;
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::server::cache::Render;
use crate::server::engine::ServerEngine;

/// Renders a prerendered page as a build does: through the middleware, for a request without headers and body.
pub(super) fn like_a_build(server: ServerEngine, route: &'static Route, path: RoutePath) -> Render {
    Box::new(move || {
        Box::pin(async move {
            let page = server.listed(route, &path).await?;
            let shown = path.pathname(&route.pattern, route.config);
            let engine: EngineRef = Arc::new(server.clone());
            let origin = Origin::of(route.config);
            let mut ctx = Context::prerendering(Some(engine), &origin, route, &path, page.params)?;
            let mut response = respond(&server, Some(&shown), &mut ctx, page.target).await?;
            content_type::settle(Some(route), path.as_str(), &Method::GET, &mut response);
            encode_location(&mut response)?;
            add_cookies(&ctx, &mut response);
            Ok(response)
        })
    })
}

/// Renders a page for a request with nothing but its path. If nothing is built, it may be a prerendered page.
pub(super) fn on_request(
    server: ServerEngine,
    route: &'static Route,
    path: RoutePath,
    params: RawParams,
) -> Render {
    Box::new(move || {
        Box::pin(async move {
            let page = match route.is_prerendered() {
                true => server.listed(route, &path).await?,
                false => ResolvedPage::on_demand(route, params, &Method::GET),
            };
            let request = Request::new(Bytes::new());
            let shown = path.pathname(&route.pattern, route.config);
            let found = (route, page.params);
            let engine: EngineRef = Arc::new(server);
            let ctx =
                Context::for_page(engine, &Origin::of(route.config), request, shown, &path, found);
            let mut response = page.target.call(&ctx).await?;
            add_cookies(&ctx, &mut response);
            Ok(response)
        })
    })
}
