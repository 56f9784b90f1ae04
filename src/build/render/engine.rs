//! The pages of a site in a static build, which rewrites lead to.

use std::future::ready;
use std::path::Path;
use std::sync::Arc;

use crate::page::route::Route;
use crate::request::engine::{Engine, EngineRef, Listing};
use crate::request::search::{self, StaticPaths};
use crate::routing::page_path::RoutePath;
use crate::site::{Site, public_files};

/// What the pages that a thread renders have in common.
///
/// Each thread has handles of its own: those that all share would be counted by all of them, for every page.
#[derive(Debug)]
pub(crate) struct WorkerState {
    pub(crate) engine: EngineRef,
    /// Where files can be made that are not the site's.
    pub(crate) scratch: Arc<Path>,
}

impl WorkerState {
    pub(crate) fn new(site: &'static Site, scratch: &Path) -> Self {
        WorkerState { engine: Arc::new(BuildEngine { site }), scratch: scratch.into() }
    }
}

/// The prerendered pages of a site.
#[derive(Debug)]
struct BuildEngine {
    site: &'static Site,
}

impl Engine for BuildEngine {
    fn site(&self) -> &'static Site {
        self.site
    }

    fn renders(&self) -> bool {
        false
    }

    /// A rewrite to a dynamic route calls its `static_paths` once more: a build keeps no paths, and the page may have been
    /// written long ago. The thread may wait for it, since it renders, and drives no runtime.
    fn list<'a>(
        &'a self,
        route: &'static Route,
        static_paths: StaticPaths,
        path: &'a RoutePath,
    ) -> Listing<'a> {
        Box::pin(ready(search::here(route, static_paths, path)))
    }

    fn is_public(&self, path: &RoutePath) -> bool {
        public_files::has_file(self.site, path)
    }
}
