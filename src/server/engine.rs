//! The pages of a site as a server has them: files of the out folder, and pages that are called.

use std::sync::Arc;

use anyhow::Result;
use axum::response::Response;
use http::{Method, Request, StatusCode};
use tokio::sync::Semaphore;

use super::cache::NoPage;
use super::files::{File, Files, Form, is_stale};
use super::live::Live;
use crate::page::error::error;
use crate::page::route::Route;
use crate::request::engine::{Engine, ErrorLookup, FileAnswer, Found, Landing, Lookup};
use crate::request::error_page::{self, ErrorPage};
use crate::request::method;
use crate::request::resolve::{Answerer, Prerendered};
use crate::request::run::MadeBefore;
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::site::Site;

/// How often a file is read again that another build has replaced. That many builds do not finish while one request is answered.
pub(super) const ATTEMPTS: usize = 16;

/// How many lists of `static_paths` are gone through at once. Each has a thread.
const LISTINGS: usize = 256;

/// The pages of a site; where nothing is built, prerendered ones may be called as well.
#[derive(Debug, Clone)]
pub(super) struct ServerEngine {
    pub(super) site: &'static Site,
    pub(super) live: Arc<Live>,
    /// Whether pages are called on request at all.
    pub(super) renders: bool,
    /// Whoever has `static_paths` called has one of them.
    listings: Arc<Semaphore>,
}

/// The pages of a site as one request sees them, whatever is built meanwhile.
#[derive(Debug)]
pub(super) struct Now<'a> {
    served: &'a ServerEngine,
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
        ServerEngine { site, live, renders, listings: Arc::new(Semaphore::new(LISTINGS)) }
    }

    /// The pages as they were when somebody looked at the files last.
    pub(super) fn now(&self, is_cross_site: bool) -> Now<'_> {
        Now { served: self, files: self.live.files(), is_cross_site }
    }

    /// A page of a prerendered route, as a build would render it.
    ///
    /// # Errors
    ///
    /// What `static_paths` fails with.
    async fn prerendered(
        &self,
        route: &'static Route,
        path: &RoutePath,
        method: &Method,
    ) -> Result<Option<Found>> {
        let turn = Arc::clone(&self.listings).acquire_owned().await?;
        Found::prerendered(route, path, method, turn).await
    }

    /// A page of a prerendered route that was there before.
    ///
    /// # Errors
    ///
    /// What `static_paths` fails with; and where it does not list the page any more.
    pub(super) async fn listed(&self, route: &'static Route, path: &RoutePath) -> Result<Found> {
        let found = self.prerendered(route, path, &Method::GET).await?;
        found.ok_or_else(|| NoPage.into())
    }

    /// A file that is read when it is called for.
    fn file(&self, sought: Sought, method: Method) -> Landing {
        let answer = ServerEngine::respond(Arc::clone(&self.live), sought, method);
        Landing::File(FileAnswer(Box::pin(answer)))
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

    /// The file of an error page at its own path, read when it is called for.
    fn error_file(&self, path: &RoutePath, status: StatusCode) -> Option<Landing> {
        self.live.files()?.error_page(path.as_str(), status)?;
        Some(self.file(Sought::ErrorPage(path.clone(), status), Method::GET))
    }
}

impl Now<'_> {
    fn has_page(&self, path: &RoutePath) -> bool {
        self.files.as_ref().is_some_and(|files| files.find(path).is_some())
    }

    /// Returns true if and only if the 404 page for a path, without base, is one that is called.
    pub(super) async fn calls_not_found(&self, path: &str) -> bool {
        if !self.served.renders || self.files.is_none() {
            // Without files, what there is may only be known once `static_paths` has run.
            return self.served.renders;
        }
        match error_page::find(self.served, StatusCode::NOT_FOUND, path).await {
            Ok(page) => page.is_some_and(|page| !matches!(page.landing, Landing::File(_))),
            Err(_) => true,
        }
    }

    /// Returns true if and only if the files are still those that were found when somebody looked last.
    pub(super) fn is_now(&self) -> bool {
        match (&self.files, self.served.live.files()) {
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

impl Engine for ServerEngine {
    fn site(&self) -> &'static Site {
        self.site
    }

    fn land<'a>(&'a self, path: &'a RoutePath, method: &'a Method) -> Lookup<'a> {
        Box::pin(async move {
            for (route, params) in self.site.matches(path) {
                if let Some(status) = route.error_status() {
                    let page = self.error_page(path, status).await?;
                    if let Some(page) = page.and_then(ErrorPage::into_found) {
                        return Ok(Some(page));
                    }
                    continue;
                }
                if !route.is_prerendered() {
                    if self.renders && route.takes(&params)? {
                        return Ok(Some(Found::on_demand(route, params, method)));
                    }
                    continue;
                }
                match self.live.files() {
                    Some(files) if files.find(path).is_some() => {
                        let landing = self.file(Sought::Path(path.clone()), method.clone());
                        return Ok(Some(Found { route, params: RawParams::new(), landing }));
                    }
                    Some(_) => {}
                    None => {
                        if let Some(found) = self.prerendered(route, path, method).await? {
                            return Ok(Some(found));
                        }
                    }
                }
            }
            Ok(None)
        })
    }

    fn error_page<'a>(&'a self, path: &'a RoutePath, status: StatusCode) -> ErrorLookup<'a> {
        Box::pin(async move {
            let has_files = self.live.files().is_some();
            for (route, params) in error_page::routes(self.site, path, status) {
                let page = match has_files {
                    true if route.is_prerendered() => self
                        .error_file(path, status)
                        .map(|landing| ErrorPage { route: Some(route), params, landing }),
                    _ if self.renders => {
                        let turn = Arc::clone(&self.listings).acquire_owned().await?;
                        error_page::called(route, params, path, turn).await?
                    }
                    _ => None,
                };
                if page.is_some() {
                    return Ok(page);
                }
            }
            let of_public = |landing| ErrorPage { route: None, params: RawParams::new(), landing };
            Ok(self.error_file(path, status).map(of_public))
        })
    }
}

impl Engine for Now<'_> {
    fn site(&self) -> &'static Site {
        self.served.site
    }

    fn land<'a>(&'a self, path: &'a RoutePath, method: &'a Method) -> Lookup<'a> {
        self.served.land(path, method)
    }

    fn error_page<'a>(&'a self, path: &'a RoutePath, status: StatusCode) -> ErrorLookup<'a> {
        self.served.error_page(path, status)
    }
}

impl Prerendered for Now<'_> {
    async fn page(
        &self,
        route: &'static Route,
        path: &RoutePath,
        method: &Method,
    ) -> Result<Answerer> {
        if self.files.is_some() {
            return Ok(if self.has_page(path) { Answerer::Made } else { Answerer::Nobody });
        }
        let found = self.served.prerendered(route, path, method).await?;
        Ok(found.map_or(Answerer::Nobody, Answerer::Page))
    }

    fn has_file(&self, path: &RoutePath) -> bool {
        self.has_page(path)
    }

    fn is_named(&self, path: &RoutePath) -> bool {
        let file = self.files.as_ref().and_then(|files| files.find(path));
        file.is_some_and(|file| file.form() == Form::Exact)
    }

    /// It is known from the record of the build. A file that a prerendered page may have been written to is taken for the
    /// page, save where it has the very name of the path: then the path needs no slash, whichever of them made it.
    fn is_public(&self, path: &RoutePath) -> bool {
        let Some(file) = self.files.as_ref().and_then(|files| files.find(path)) else {
            return false;
        };
        let mut routes = self.served.site.matches(path).map(|(route, _)| route);
        file.form() == Form::Exact || !routes.any(Route::is_prerendered)
    }

    fn renders(&self) -> bool {
        self.served.renders
    }

    fn refuses(&self, route: &Route, method: &Method) -> bool {
        let is_called = !route.is_prerendered() || self.files.is_none();
        self.is_cross_site && is_called && method::endpoint(route, method).is_ok()
    }
}
