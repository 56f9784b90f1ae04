//! The pages of a site in a static build, as targets of rewrites.

use std::future::ready;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, bail};
use http::Method;

use crate::request::engine::{Engine, EngineRef, Found, Lookup};
use crate::routing::page_path::RoutePath;
use crate::site::Site;

/// The state shared by the pages that a thread renders.
///
/// Each thread has its own handles, because the reference counts of shared ones would be contended for every page.
#[derive(Debug)]
pub(crate) struct WorkerState {
    pub(crate) engine: EngineRef,
    /// A folder for temporary files.
    pub(crate) scratch: Arc<Path>,
}

impl WorkerState {
    pub(crate) fn new(site: &'static Site, scratch: &Path) -> Self {
        WorkerState { engine: Arc::new(Prerendered { site }), scratch: scratch.into() }
    }
}

/// The prerendered pages of a site.
#[derive(Debug)]
struct Prerendered {
    site: &'static Site,
}

impl Engine for Prerendered {
    fn site(&self) -> &'static Site {
        self.site
    }

    /// The first prerendered page of a path. Blocking is fine: the thread renders, and does not drive a runtime.
    fn land<'a>(&'a self, path: &'a RoutePath, method: &'a Method) -> Lookup<'a> {
        Box::pin(ready(self.find(path, method)))
    }
}

impl Prerendered {
    /// For a dynamic route, `static_paths` is called again: a build keeps no paths, and the page may have been written
    /// long ago.
    fn find(&self, path: &RoutePath, method: &Method) -> Result<Option<Found>> {
        let mut on_demand = None;
        for (route, params) in self.site.matches(path) {
            if !route.is_prerendered() {
                on_demand = on_demand.or(route.takes(&params)?.then_some(route));
            } else if let Some(found) = Found::prerendered_here(route, path, method)? {
                return Ok(Some(found));
            }
        }
        match on_demand {
            Some(route) => bail!(
                "a rewrite leads to `{}`, but {} is only rendered on request",
                path.display(),
                route.file
            ),
            None => Ok(None),
        }
    }
}
