//! The pages of a site on a server: files of the out folder, and pages that are called.

use std::sync::Arc;

use anyhow::Result;
use axum::response::Response;
use http::{Method, Request, StatusCode, Uri};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::cache::NoPage;
use super::files::{File, Files, Form};
use super::live::Live;
use crate::assets::Store;
use crate::assets::store::Lifetime;
use crate::build::redirects::written::RedirectList;
use crate::page::error::error;
use crate::page::route::Route;
use crate::request::engine::{Engine, FoundAsset, Listing};
use crate::request::error_page;
use crate::request::lookup;
use crate::request::method;
use crate::request::resolve::{file_url, redirect};
use crate::request::run::MadeBefore;
use crate::request::search::{self, StaticPaths};
use crate::request::target::{Deferred, ResolvedPage, Target};
use crate::routing::page_path::RoutePath;
use crate::site::Site;
use crate::site::table::Candidate;

/// How many times a file is read again after another build has replaced it. So many builds do not finish during one request.
pub(super) const ATTEMPTS: usize = 16;

/// Permits for calls of `static_paths`. Each has a thread.
static LISTINGS: Semaphore = Semaphore::const_new(256);

/// The pages of a site. If nothing is built, prerendered pages may be called, too.
#[derive(Debug, Clone)]
pub(super) struct ServerEngine {
    pub(super) site: &'static Site,
    pub(super) live: Arc<Live>,
    /// Whether pages are rendered on request.
    pub(super) renders: bool,
    /// `None` for the files of each moment, which rewrites and error pages take.
    snapshot: Option<Snapshot>,
    /// The files that pages have requested since the server started.
    pub(super) assets: Arc<Store>,
}

/// What a request is resolved with, whatever is built in the meantime.
#[derive(Debug, Clone)]
struct Snapshot {
    files: Option<Arc<Files>>,
    /// Whether the request is refused before code of the site sees it.
    is_cross_site: bool,
}

/// The file of a path, or the page of an error at its own path.
fn find<'a>(files: &'a Files, path: &'a RoutePath, status: StatusCode) -> Option<File<'a>> {
    match status {
        StatusCode::OK => files.find(path),
        _ => files.error_page(path.as_str(), status),
    }
}

impl ServerEngine {
    pub(super) fn new(site: &'static Site, live: Arc<Live>, renders: bool) -> Self {
        if renders {
            site.load_collections();
        }
        let assets = Arc::new(site.assets(Lifetime::UntilChanged));
        ServerEngine { site, live, renders, snapshot: None, assets }
    }

    /// The pages as they were when the files were last looked at.
    pub(super) fn snapshot(&self, is_cross_site: bool) -> Self {
        let snapshot = Some(Snapshot { files: self.live.files(), is_cross_site });
        let (live, assets) = (Arc::clone(&self.live), Arc::clone(&self.assets));
        ServerEngine { live, snapshot, assets, ..*self }
    }

    /// The files; `None` if pages are called instead.
    pub(super) fn files(&self) -> Option<Arc<Files>> {
        match &self.snapshot {
            Some(snapshot) => snapshot.files.clone(),
            None => self.live.files(),
        }
    }

    /// The redirects that the build has listed, if it has any.
    pub(super) fn redirects(&self) -> Option<&RedirectList> {
        let files = self.snapshot.as_ref()?.files.as_ref()?;
        Some(files.redirects()).filter(|redirects| !redirects.is_empty())
    }

    /// Returns true if and only if no other build was found since the snapshot.
    pub(super) fn is_current(&self) -> bool {
        self.snapshot.as_ref().is_none_or(|snapshot| self.live.has(snapshot.files.as_ref()))
    }

    /// Returns true if and only if there should be files, and there are none.
    pub(super) fn is_unavailable(&self) -> bool {
        self.files().is_some_and(|files| !files.is_built())
    }

    /// Returns true if and only if the 404 page for a path, without base, is one that is called.
    pub(super) async fn calls_not_found(&self, path: &str) -> bool {
        if !self.renders || !self.is_built() {
            // Without files, what there is may only be known once `static_paths` has run.
            return self.renders;
        }
        match error_page::find(self, StatusCode::NOT_FOUND, path).await {
            Ok(page) => page.is_some_and(|page| !matches!(page.target, Target::Deferred(_))),
            Err(_) => true,
        }
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

    fn has_file_like(&self, path: &RoutePath, is_it: impl Fn(&File<'_>) -> bool) -> bool {
        self.files().is_some_and(|files| files.find(path).as_ref().is_some_and(is_it))
    }

    /// A file that is read when it is called for; `None` if there is none.
    fn deferred(&self, path: &RoutePath, status: StatusCode, method: &Method) -> Option<Target> {
        find(&*self.files()?, path, status)?;
        let response = respond(Arc::clone(&self.live), path.clone(), status, method.clone());
        Some(Target::Deferred(Deferred(Box::pin(response))))
    }
}

/// Answers with a file, which another build may replace before it is read.
async fn respond(
    live: Arc<Live>,
    path: RoutePath,
    status: StatusCode,
    method: Method,
) -> Result<Response> {
    // It asks for nothing but the file.
    let (mut head, ()) = Request::new(()).into_parts();
    head.method = method;
    for _ in 0..ATTEMPTS {
        let files = live.files();
        let file = files.as_ref().and_then(|files| find(files, &path, status));
        // It was there when the page was looked for.
        let file = file.ok_or_else(|| error(StatusCode::NOT_FOUND, StatusCode::NOT_FOUND))?;
        if let Some(mut response) = file.respond(&head).await? {
            // The middleware has set its own headers already when the file was made.
            let headers = response.headers().clone();
            response.extensions_mut().insert(MadeBefore(headers));
            return Ok(response);
        }
        live.look().await;
    }
    Err(error(StatusCode::SERVICE_UNAVAILABLE, "the site is built all the time"))
}

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
            search::on_thread(route, static_paths, path, LISTINGS.acquire().await?).await
        })
    }

    /// This is read from the record of the build. A file that a prerendered page may have been written to counts as that
    /// page, unless it has exactly the name of the path: then the path needs no slash, whichever of them made it.
    fn is_public(&self, path: &RoutePath) -> bool {
        let may_be_page = || self.site.matches(path).any(|(route, _)| route.is_prerendered());
        self.has_file_like(path, |file| file.form == Form::Exact || !may_be_page())
    }

    fn is_built(&self) -> bool {
        self.files().is_some()
    }

    fn has_file(&self, path: &RoutePath) -> bool {
        self.has_file_like(path, |_| true)
    }

    fn is_named(&self, path: &RoutePath) -> bool {
        self.has_file_like(path, |file| file.form == Form::Exact)
    }

    fn file(&self, path: &RoutePath, method: &Method) -> Option<Target> {
        let files = self.files()?;
        let first = self.site.candidates(path).next();
        match files.redirects().find(&file_url(self.site, path)) {
            // As in Astro, a redirect of kiln.toml is not a page.
            Some(_) if matches!(first, Some(Candidate::Redirect(..))) => None,
            // The file is for hosts that only have files. The page itself answers with the redirect.
            Some((to, status)) => {
                Some(Target::Response(Box::new(redirect(status, to, &Uri::default()))))
            }
            None => self.deferred(path, StatusCode::OK, method),
        }
    }

    fn error_file(&self, path: &RoutePath, status: StatusCode) -> Option<Target> {
        self.deferred(path, status, &Method::GET)
    }

    /// Files are looked for on a thread that may wait for the disk.
    fn asset<'a>(&'a self, name: &'a str) -> FoundAsset<'a> {
        let (assets, name) = (Arc::clone(&self.assets), name.to_owned());
        Box::pin(async move { spawn_blocking(move || assets.find(&name)).await.ok()? })
    }

    fn refuses(&self, route: &Route, method: &Method) -> bool {
        let is_cross_site = self.snapshot.as_ref().is_some_and(|snapshot| snapshot.is_cross_site);
        let is_called = !route.is_prerendered() || !self.is_built();
        is_cross_site && is_called && method::endpoint(route, method).is_ok()
    }
}
