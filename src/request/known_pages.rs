//! The pages that a site is known to have, without rendering them.

use anyhow::Result;
use http::Method;

use crate::RawParams;
use crate::page::route::{Endpoint, Route};
use crate::request::{method, search};
use crate::routing::page_path::RoutePath;

/// Lists the pages of a route: one, or those of `static_paths`. A route on request that has params lists none.
///
/// # Errors
///
/// Fails if `static_paths` fails.
pub(crate) async fn of_route(route: &'static Route) -> Result<Vec<RoutePath>> {
    if route.pattern.is_error_page() {
        return Ok(vec![]);
    }
    if route.pattern.is_static() {
        return Ok(vec![RoutePath::new(&route.pattern, &RawParams::new())?]);
    }
    match method::endpoint(route, &Method::GET) {
        Ok(Endpoint::OnStaticPaths(static_paths)) => {
            search::paths_on_thread(route, static_paths).await
        }
        _ => Ok(vec![]),
    }
}
