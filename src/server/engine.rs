//! The pages of a site on a server: files of the out folder, and pages that are called.

use std::sync::Arc;

use anyhow::Result;
use axum::response::Response;
use http::{Method, Request, StatusCode};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::cache::NoPage;
use super::files::{File, Files, Form, is_stale};
use super::live::Live;
use crate::assets::Store;
use crate::assets::store::Lifetime;
use crate::page::error::error;
use crate::page::route::Route;
use crate::request::engine::{Engine, FoundAsset, Listing};
use crate::request::error_page;
use crate::request::lookup;
use crate::request::method;
use crate::request::run::MadeBefore;
use crate::request::search::{self, StaticPaths};
use crate::request::target::{Deferred, ResolvedPage, Target};
use crate::routing::page_path::RoutePath;
use crate::site::Site;

/// How many times a file is read again after another build has replaced it. So many builds do not finish during one request.
pub(super) const ATTEMPTS: usize = 16;

/// How many calls of `static_paths` run at once. Each has a thread.
const LISTINGS: usize = 256;

/// The pages of a site. If nothing is built, prerendered pages may be called, too.
#[derive(Debug, Clone)]
pub(super) struct ServerEngine {
    pub(super) site: &'static Site,
    pub(super) live: Arc<Live>,
    /// Whether pages are rendered on request.
    pub(super) renders: bool,
    /// The files that pages have requested since the server started.
    pub(super) assets: Arc<Store>,
    /// Each call of `static_paths` holds a permit.
    listings: Arc<Semaphore>,
}

/// The pages of a site as they were when a request came in, whatever is built in the meantime.
#[derive(Debug)]
pub(super) struct Snapshot<'a> {
    server: &'a ServerEngine,
    pub(super) files: Option<Arc<Files>>,
    /// Whether the request is refused before code of the site sees it.
    pub(super) is_cross_site: bool,
}

/// A file that a page is answered with.
#[derive(Debug)]
enum Sought {
    Path(RoutePath),
    ErrorPage(RoutePath, StatusCode),
}

impl Sought {
    fn find<'a>(&'a self, files: &'a Files) -> Option<File<'a>> {
        match self {
            Sought::Path(path) => files.find(path),
            Sought::ErrorPage(path, status) => files.error_page(path.as_str(), *status),
        }
    }
}

impl ServerEngine {
    pub(super) fn new(site: &'static Site, live: Arc<Live>, renders: bool) -> Self {
        let assets = Arc::new(site.assets(Lifetime::UntilChanged));
        let listings = Arc::new(Semaphore::new(LISTINGS));
        ServerEngine { site, live, renders, assets, listings }
    }

    /// The pages as they were when the files were last looked at.
    pub(super) fn snapshot(&self, is_cross_site: bool) -> Snapshot<'_> {
        Snapshot { server: self, files: self.live.files(), is_cross_site }
    }

    /// Finds a prerendered page again in order to render it.
    ///
    /// # Errors
    ///
    /// What `static_paths` fails with; and [`NoPage`] where it no longer lists the page.
    pub(super) async fn listed(
        &self,
        route: &'static Route,
        path: &RoutePath,
    ) -> Result<ResolvedPage> {
        let page = lookup::prerendered(self, route, path, &Method::GET).await?;
        page.ok_or_else(|| NoPage.into())
    }

    /// A file that is read when it is called for.
    fn deferred(&self, sought: Sought, method: Method) -> Target {
        let response = ServerEngine::respond(Arc::clone(&self.live), sought, method);
        Target::Deferred(Deferred(Box::pin(response)))
    }

    /// Answers with a file, which another build may replace before it is read.
    async fn respond(live: Arc<Live>, sought: Sought, method: Method) -> Result<Response> {
        let head = plain(method);
        for _ in 0..ATTEMPTS {
            let files = live.files();
            let file = files.as_ref().and_then(|files| sought.find(files));
            // It was there when the page was looked for.
            let file = file.ok_or_else(|| error(StatusCode::NOT_FOUND, StatusCode::NOT_FOUND))?;
            match file.respond(&head).await {
                Err(error) if is_stale(&error) => live.look().await,
                answered => return Ok(made_before(answered?)),
            }
        }
        Err(error(StatusCode::SERVICE_UNAVAILABLE, "the site is built all the time"))
    }
}

impl Snapshot<'_> {
    fn find<'f>(&'f self, path: &'f RoutePath) -> Option<File<'f>> {
        self.files.as_ref()?.find(path)
    }

    /// Returns true if and only if the 404 page for a path, without base, is one that is called.
    pub(super) async fn calls_not_found(&self, path: &str) -> bool {
        if !self.server.renders || self.files.is_none() {
            // Without files, what there is may only be known once `static_paths` has run.
            return self.server.renders;
        }
        match error_page::find(self, StatusCode::NOT_FOUND, path).await {
            Ok(page) => page.is_some_and(|page| !matches!(page.target, Target::Deferred(_))),
            Err(_) => true,
        }
    }

    /// Returns true if and only if no other build was found since.
    pub(super) fn is_current(&self) -> bool {
        match (&self.files, self.server.live.files()) {
            (Some(files), Some(now)) => Arc::ptr_eq(files, &now),
            (files, now) => files.is_none() && now.is_none(),
        }
    }

    /// Returns true if and only if there should be files, and there are none.
    pub(super) fn is_unavailable(&self) -> bool {
        self.files.as_ref().is_some_and(|files| !files.is_built())
    }
}

/// Notes the headers that a file has from the build, where the middleware has set its own already.
fn made_before(mut response: Response) -> Response {
    let headers = response.headers().clone();
    response.extensions_mut().insert(MadeBefore(headers));
    response
}

/// The head of a request that asks for nothing but the file.
fn plain(method: Method) -> http::request::Parts {
    let (mut head, ()) = Request::new(()).into_parts();
    head.method = method;
    head
}

/// The pages as they are when a rewrite or an error page needs them.
impl Engine for ServerEngine {
    fn site(&self) -> &'static Site {
        self.site
    }

    fn store(&self) -> &Store {
        &self.assets
    }

    fn renders(&self) -> bool {
        self.renders
    }

    fn list<'a>(
        &'a self,
        route: &'static Route,
        static_paths: StaticPaths,
        path: &'a RoutePath,
    ) -> Listing<'a> {
        Box::pin(async move {
            let turn = Arc::clone(&self.listings).acquire_owned().await?;
            search::on_thread(route, static_paths, path, turn).await
        })
    }

    fn is_public(&self, path: &RoutePath) -> bool {
        self.snapshot(false).is_public(path)
    }

    fn is_built(&self) -> bool {
        self.live.files().is_some()
    }

    fn has_file(&self, path: &RoutePath) -> bool {
        self.snapshot(false).has_file(path)
    }

    fn is_named(&self, path: &RoutePath) -> bool {
        self.snapshot(false).is_named(path)
    }

    fn file(&self, path: &RoutePath, method: &Method) -> Option<Target> {
        self.snapshot(false).file(path, method)
    }

    fn error_file(&self, path: &RoutePath, status: StatusCode) -> Option<Target> {
        self.snapshot(false).error_file(path, status)
    }
}

impl Engine for Snapshot<'_> {
    fn site(&self) -> &'static Site {
        self.server.site
    }

    fn store(&self) -> &Store {
        &self.server.assets
    }

    fn renders(&self) -> bool {
        self.server.renders
    }

    fn list<'a>(
        &'a self,
        route: &'static Route,
        static_paths: StaticPaths,
        path: &'a RoutePath,
    ) -> Listing<'a> {
        self.server.list(route, static_paths, path)
    }

    /// This is read from the record of the build. A file that a prerendered page may have been written to counts as that
    /// page, unless it has exactly the name of the path: then the path needs no slash, whichever of them made it.
    fn is_public(&self, path: &RoutePath) -> bool {
        let Some(file) = self.find(path) else { return false };
        let mut routes = self.server.site.matches(path).map(|(route, _)| route);
        file.form() == Form::Exact || !routes.any(Route::is_prerendered)
    }

    fn is_built(&self) -> bool {
        self.files.is_some()
    }

    fn has_file(&self, path: &RoutePath) -> bool {
        self.find(path).is_some()
    }

    fn is_named(&self, path: &RoutePath) -> bool {
        self.find(path).is_some_and(|file| file.form() == Form::Exact)
    }

    fn file(&self, path: &RoutePath, method: &Method) -> Option<Target> {
        self.find(path)?;
        Some(self.server.deferred(Sought::Path(path.clone()), method.clone()))
    }

    fn error_file(&self, path: &RoutePath, status: StatusCode) -> Option<Target> {
        self.files.as_ref()?.error_page(path.as_str(), status)?;
        Some(self.server.deferred(Sought::ErrorPage(path.clone(), status), Method::GET))
    }

    /// Files are looked for on a thread that may wait for the disk.
    fn asset<'a>(&'a self, name: &'a str) -> FoundAsset<'a> {
        let (assets, name) = (Arc::clone(&self.server.assets), name.to_owned());
        Box::pin(async move { spawn_blocking(move || assets.find(&name)).await.ok()? })
    }

    fn refuses(&self, route: &Route, method: &Method) -> bool {
        let is_called = !route.is_prerendered() || self.files.is_none();
        self.is_cross_site && is_called && method::endpoint(route, method).is_ok()
    }
}
