//! The pages of a site that are all rendered on request, and the files of `public/`.

use std::sync::Arc;

use http::{Method, StatusCode};
use tokio::task::spawn_blocking;

use super::public::PublicFiles;
use crate::assets::Store;
use crate::page::route::Route;
use crate::request::engine::{Engine, FoundAsset, Listing};
use crate::request::search::{self, StaticPaths};
use crate::request::target::{Deferred, Target};
use crate::routing::page_path::RoutePath;
use crate::site::Site;

/// The pages of a site in development.
#[derive(Debug, Clone)]
pub(super) struct DevPages {
    pub(super) site: &'static Site,
    pub(super) public: Arc<PublicFiles>,
    /// The files that pages have requested.
    pub(super) assets: Arc<Store>,
}

impl DevPages {
    /// A file of `public/` that answers a page, as in a rewrite, or an error.
    fn target(&self, name: &str, status: StatusCode) -> Option<Target> {
        let file = self.public.file(name)?;
        let response = Box::pin(async move { Ok(file.respond(&plain(), status).await) });
        Some(Target::Deferred(Deferred(response)))
    }
}

/// The head of a request for the whole file.
fn plain() -> http::request::Parts {
    http::Request::new(()).into_parts().0
}

impl Engine for DevPages {
    fn site(&self) -> &'static Site {
        self.site
    }

    fn store(&self) -> &Store {
        &self.assets
    }

    /// Files are looked for on a thread that may wait for the disk.
    fn asset<'a>(&'a self, name: &'a str) -> FoundAsset<'a> {
        let (assets, name) = (Arc::clone(&self.assets), name.to_owned());
        Box::pin(async move { spawn_blocking(move || assets.find(&name)).await.ok()? })
    }

    fn renders(&self) -> bool {
        true
    }

    fn list<'a>(
        &'a self,
        route: &'static Route,
        static_paths: StaticPaths,
        path: &'a RoutePath,
    ) -> Listing<'a> {
        Box::pin(search::on_thread(route, static_paths, path, ()))
    }

    fn is_public(&self, path: &RoutePath) -> bool {
        self.has_file(path)
    }

    fn has_file(&self, path: &RoutePath) -> bool {
        self.public.find(self.site.config, path).is_some()
    }

    fn is_named(&self, path: &RoutePath) -> bool {
        self.public.file(path.as_str()).is_some()
    }

    fn file(&self, path: &RoutePath, _method: &Method) -> Option<Target> {
        let name = self.public.find(self.site.config, path)?;
        self.target(&name, StatusCode::OK)
    }

    fn error_file(&self, path: &RoutePath, status: StatusCode) -> Option<Target> {
        self.target(&format!("{}.html", path.as_str()), status)
    }

    fn shows_failures(&self) -> bool {
        true
    }
}
