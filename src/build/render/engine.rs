//! The pages of a site as a static build knows them: what a rewrite can lead to.

use std::future::ready;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, bail};
use http::Method;

use crate::request::engine::{Engine, EngineRef, Found, Lookup};
use crate::routing::page_path::RoutePath;
use crate::site::Site;

/// What the pages that a thread renders have in common.
///
/// Each thread has handles of its own: those that all share would be counted by all of them, for every page.
#[derive(Debug)]
pub(crate) struct Workplace {
    pub(crate) engine: EngineRef,
    /// Where files can be made that are not the site's.
    pub(crate) scratch: Arc<Path>,
}

impl Workplace {
    pub(crate) fn new(site: &'static Site, scratch: &Path) -> Self {
        Workplace { engine: Arc::new(Prerendered { site }), scratch: scratch.into() }
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

    /// The first prerendered page of a path. The thread may wait for it: it renders, and drives no runtime.
    fn land<'a>(&'a self, path: &'a RoutePath, method: &'a Method) -> Lookup<'a> {
        Box::pin(ready(self.find(path, method)))
    }
}

impl Prerendered {
    /// For a dynamic route its `static_paths` is called once more: nothing is kept of the paths of a build, and the page
    /// that is looked for may have been written long ago.
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
                "a rewrite leads to `{}`, and {} is rendered on request alone",
                path.display(),
                route.file
            ),
            None => Ok(None),
        }
    }
}
