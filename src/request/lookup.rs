//! Looks up the page of a route at a path.

use anyhow::Result;
use http::Method;

use crate::page::route::{Endpoint, Route};
use crate::page::static_path::PageCall;
use crate::request::engine::Engine;
use crate::request::method;
use crate::request::target::ResolvedPage;
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;

/// The result of looking up a route at a path.
#[derive(Debug)]
pub(crate) enum Lookup {
    /// A page, which is called next.
    Page(ResolvedPage),
    /// The file of a page.
    File,
    /// No page: `static_paths` does not list it, or the params do not parse.
    Nothing,
}

impl Lookup {
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self, Lookup::Nothing)
    }
}

/// Looks up the page of a route whose pattern matches the path with these params.
///
/// # Errors
///
/// Fails if `static_paths` or the `FromStr` of a param is called and fails.
pub(crate) async fn lookup(
    engine: &dyn Engine,
    route: &'static Route,
    params: RawParams,
    path: &RoutePath,
    method: &Method,
) -> Result<Lookup> {
    Ok(match route.is_prerendered() {
        true if engine.is_built() => match engine.has_file(path) {
            true => Lookup::File,
            false => Lookup::Nothing,
        },
        true => {
            let page = prerendered(engine, route, path, method).await?;
            page.map_or(Lookup::Nothing, Lookup::Page)
        }
        false if engine.renders() && route.takes(&params)? => {
            Lookup::Page(ResolvedPage::on_demand(route, params, method))
        }
        false => Lookup::Nothing,
    })
}

/// Finds a page of a prerendered route in order to call it, as in a static build.
///
/// # Errors
///
/// Fails if `static_paths` fails.
pub(crate) async fn prerendered(
    engine: &dyn Engine,
    route: &'static Route,
    path: &RoutePath,
    method: &Method,
) -> Result<Option<ResolvedPage>> {
    match method::endpoint(route, method) {
        Ok(Endpoint::OnContext(endpoint)) => {
            Ok(Some(ResolvedPage::new(route, RawParams::new(), PageCall::OnContext(endpoint))))
        }
        Ok(Endpoint::OnStaticPaths(static_paths)) => {
            let page = engine.list(route, static_paths, path).await?;
            Ok(page.map(|page| ResolvedPage::listed(route, page)))
        }
        Err(response) => Ok(Some(ResolvedPage::response(route, RawParams::new(), response))),
    }
}
