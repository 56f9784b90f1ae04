//! The trait of whatever knows the pages of a site.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use anyhow::Result;
use http::{Method, StatusCode};

use crate::page::rewrite::Rewrite;
use crate::page::route::Route;
use crate::page::static_path::StaticPage;
use crate::request::search::StaticPaths;
use crate::request::target::Target;
use crate::routing::page_path::RoutePath;
use crate::site::Site;

/// What knows the pages of a site: a static build, `testing::call`, and a server.
///
/// The methods only say what there is. Which page answers is decided by [`resolve`](crate::request::resolve) and
/// [`error_page`](crate::request::error_page), in the same way for all engines.
pub(crate) trait Engine: Rewrite + fmt::Debug + Send + Sync {
    /// The site whose pages they are.
    fn site(&self) -> &'static Site;

    /// Returns true if and only if pages are rendered on request.
    fn renders(&self) -> bool;

    /// Calls the `static_paths` of a route, and finds the page of a path among those that it lists.
    ///
    /// # Errors
    ///
    /// What `static_paths` fails with.
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

    /// Returns true if and only if a file of the site, of a page or of `public/`, is found at a path.
    fn has_file(&self, _path: &RoutePath) -> bool {
        false
    }

    /// Returns true if and only if that file has exactly the name of the path, as `style.css` has and `about/index.html`
    /// has not.
    fn is_named(&self, _path: &RoutePath) -> bool {
        false
    }

    /// The file of a path, which is read when it is called.
    fn file(&self, _path: &RoutePath, _method: &Method) -> Option<Target> {
        None
    }

    /// The file of an error page at its own path, such as `docs/404`, which is read when it is called.
    fn error_file(&self, _path: &RoutePath, _status: StatusCode) -> Option<Target> {
        None
    }

    /// Returns true if and only if a request for a page is refused before code of its route runs, which includes its
    /// `static_paths` and the `FromStr` of its params.
    fn refuses(&self, _route: &Route, _method: &Method) -> bool {
        false
    }
}

/// A shared engine.
pub(crate) type EngineRef = Arc<dyn Engine>;

/// A page that `static_paths` lists, once it is found.
pub(crate) type Listing<'a> = Pin<Box<dyn Future<Output = Result<Option<StaticPage>>> + Send + 'a>>;
