//! The source of the pages of a site.

use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;

use anyhow::Result;
use http::{Method, StatusCode};

use crate::assets::error::AssetError;
use crate::assets::{Asset, Store};
use crate::page::rewrite::Rewrite;
use crate::page::route::Route;
use crate::page::static_path::StaticPage;
use crate::request::search::StaticPaths;
use crate::request::target::Target;
use crate::routing::page_path::RoutePath;
use crate::site::Site;

/// Access to the pages of a site: in a static build, in `testing::call`, and in a server.
///
/// The methods only return what exists. Which page answers is decided by [`resolve`](crate::request::resolve) and
/// [`error_page`](crate::request::error_page), in the same way for all engines.
pub(crate) trait Engine: Rewrite + fmt::Debug + Send + Sync {
    /// The site of the pages.
    fn site(&self) -> &'static Site;

    /// The files that pages request.
    fn store(&self) -> &Store;

    /// Requests a file by its path below `assets/`, and returns its URL.
    ///
    /// # Errors
    ///
    /// Fails like [`Store::asset`].
    fn request_asset(&self, path: &str) -> Result<String, AssetError> {
        let store = self.store();
        store.asset(path).map(|asset| store.url(&asset))
    }

    /// Returns true if and only if pages are rendered on request.
    fn renders(&self) -> bool;

    /// Calls the `static_paths` of a route, and finds the page of a path in the list.
    ///
    /// # Errors
    ///
    /// Fails if `static_paths` fails.
    fn list<'a>(
        &'a self,
        route: &'static Route,
        static_paths: StaticPaths,
        path: &'a RoutePath,
    ) -> Listing<'a>;

    /// Returns true if and only if a file of `public/` is at a path.
    fn is_public(&self, path: &RoutePath) -> bool;

    /// Returns true if and only if prerendered pages are files. If not, they are called.
    fn is_built(&self) -> bool {
        false
    }

    /// Returns true if and only if a path has a file, of a page or of `public/`.
    fn has_file(&self, _path: &RoutePath) -> bool {
        false
    }

    /// Returns true if and only if the file has exactly the name of the path, like `style.css` and unlike
    /// `about/index.html`.
    fn is_named(&self, _path: &RoutePath) -> bool {
        false
    }

    /// The file of a path. It is read when the target is called.
    fn file(&self, _path: &RoutePath, _method: &Method) -> Option<Target> {
        None
    }

    /// The file of an error page at its own path, such as `docs/404`. It is read when the target is called.
    fn error_file(&self, _path: &RoutePath, _status: StatusCode) -> Option<Target> {
        None
    }

    /// Finds a requested file that is not a file of the build, by its name in the out folder.
    fn asset<'a>(&'a self, name: &'a str) -> FoundAsset<'a> {
        Box::pin(ready(self.store().find(name)))
    }

    /// Returns true if and only if the failure of a page is [shown](crate::request::handle::Failed) instead of an error page.
    fn shows_failures(&self) -> bool {
        false
    }

    /// Returns true if and only if a request for a page is refused before any code of its route runs, including its
    /// `static_paths` and the `FromStr` of its params.
    fn refuses(&self, _route: &Route, _method: &Method) -> bool {
        false
    }
}

/// The future of a requested file.
pub(crate) type FoundAsset<'a> = Pin<Box<dyn Future<Output = Option<Arc<Asset>>> + Send + 'a>>;

/// A shared engine.
pub(crate) type EngineRef = Arc<dyn Engine>;

/// The future of a page in the list of `static_paths`.
pub(crate) type Listing<'a> = Pin<Box<dyn Future<Output = Result<Option<StaticPage>>> + Send + 'a>>;
