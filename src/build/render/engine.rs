//! The engine of a static build, which serves rewrites to other pages.

use std::future::ready;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::requested_urls::RequestedUrls;
use crate::assets::Store;
use crate::assets::error::AssetError;
use crate::page::origin::Origin;
use crate::page::route::Route;
use crate::request::engine::{Engine, EngineRef, Listing};
use crate::request::search::{self, StaticPaths};
use crate::routing::page_path::RoutePath;
use crate::site::{Site, public_files};

/// The state shared by the pages that a thread renders.
///
/// Each thread has its own handles, because the reference counts of shared ones would be contended for every page.
#[derive(Debug)]
pub(crate) struct WorkerState {
    pub(crate) engine: EngineRef,
    pub(crate) origin: Origin,
    /// A folder for temporary files.
    pub(crate) scratch: Arc<Path>,
}

impl WorkerState {
    pub(crate) fn new(site: &'static Site, assets: &Arc<Store>, scratch: &Path) -> Self {
        let (assets, urls) = (Arc::clone(assets), Mutex::default());
        let has_public = site.folder().join("public").is_dir();
        let engine = BuildEngine { site, assets, has_public, urls };
        let origin = Origin::of(site.config);
        WorkerState { engine: Arc::new(engine), origin, scratch: scratch.into() }
    }
}

/// The prerendered pages of a site.
#[derive(Debug)]
struct BuildEngine {
    site: &'static Site,
    assets: Arc<Store>,
    /// Whether there is a folder `public/`. Each link in Markdown asks for a file in it.
    has_public: bool,
    /// Each thread has its own, so that it does not wait for others.
    urls: Mutex<RequestedUrls>,
}

impl Engine for BuildEngine {
    fn site(&self) -> &'static Site {
        self.site
    }

    fn store(&self) -> &Store {
        &self.assets
    }

    fn request_asset(&self, path: &str) -> Result<String, AssetError> {
        let urls = || self.urls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(url) = urls().get(path) {
            return Ok(url);
        }
        let asset = self.assets.asset(path)?;
        let url = self.assets.url(&asset);
        urls().add(path, &url);
        Ok(url)
    }

    fn renders(&self) -> bool {
        false
    }

    /// A rewrite to a dynamic route calls its `static_paths` again, because a build does not keep all paths. The thread
    /// may block, since it only renders and does not drive a runtime.
    fn list<'a>(
        &'a self,
        route: &'static Route,
        static_paths: StaticPaths,
        path: &'a RoutePath,
    ) -> Listing<'a> {
        Box::pin(ready(search::here(route, static_paths, path)))
    }

    fn is_public(&self, path: &RoutePath) -> bool {
        self.has_public && public_files::has_file(self.site, path)
    }
}
