//! The pages of a site as a server has them: files of the out folder, and pages that are called.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::response::Response;
use http::{Method, Request, StatusCode};
use tokio::sync::Semaphore;

use super::files::{Files, Form};
use crate::destination::{Answerer, Prerendered};
use crate::error_page::{self, ErrorPage};
use crate::landing::{Engine, ErrorLookup, FileAnswer, Found, Landing, Lookup};
use crate::params::RawParams;
use crate::path::RoutePath;
use crate::respond::MadeBefore;
use crate::route::Route;
use crate::site::Site;

/// The pages of a site; where nothing is built, prerendered ones are called as well.
#[derive(Debug, Clone)]
pub(super) struct Served {
    pub(super) site: &'static Site,
    pub(super) files: Option<Arc<Files>>,
    /// Whether pages are called on request at all.
    pub(super) renders: bool,
    /// Whoever has `static_paths` called has one of them.
    listings: Arc<Semaphore>,
}

/// How many lists of `static_paths` are gone through at once. Each has a thread.
const LISTINGS: usize = 256;

impl Served {
    pub(super) fn new(site: &'static Site, files: Option<Arc<Files>>, renders: bool) -> Self {
        Served { site, files, renders, listings: Arc::new(Semaphore::new(LISTINGS)) }
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
        let _turn = self.listings.acquire().await?;
        Found::prerendered(route, path, method).await
    }

    /// A page of a prerendered route that was there before.
    ///
    /// # Errors
    ///
    /// What `static_paths` fails with; and where it does not list the page any more.
    pub(super) async fn listed(&self, route: &'static Route, path: &RoutePath) -> Result<Found> {
        let found = self.prerendered(route, path, &Method::GET).await?;
        found.context("`static_paths` no longer lists it")
    }

    fn has_page(&self, path: &RoutePath) -> bool {
        self.files.as_ref().is_some_and(|files| files.find(path).is_some())
    }

    /// Returns true if and only if the 404 page for a path, without base, is one that is called.
    pub(super) async fn calls_not_found(&self, path: &str) -> bool {
        if !self.renders || self.files.is_none() {
            // Without files, what there is may only be known once `static_paths` has run.
            return self.renders;
        }
        match error_page::find(self, StatusCode::NOT_FOUND, path).await {
            Ok(page) => page.is_some_and(|page| !matches!(page.landing, Landing::File(_))),
            Err(_) => true,
        }
    }

    /// Returns true if and only if a path has a file of a page with `REVALIDATE`.
    pub(super) fn is_revalidated(&self, path: &RoutePath) -> bool {
        let is_it = |route: &Route| route.is_prerendered() && route.revalidate().is_some();
        self.has_page(path) && self.site.matches(path).any(|(route, _)| is_it(route))
    }

    /// The file of a path, read when it is called for.
    fn file(files: &Arc<Files>, path: &RoutePath, method: &Method) -> Landing {
        let (files, path, method) = (Arc::clone(files), path.clone(), method.clone());
        Landing::File(FileAnswer(Box::pin(async move {
            let file = files.find(&path).ok_or_else(|| anyhow::anyhow!("the file is gone"))?;
            Ok(made_before(file.respond(&plain(method)).await?))
        })))
    }

    /// The file of an error page at its own path, read when it is called for.
    fn error_file(&self, path: &RoutePath, status: StatusCode) -> Option<Landing> {
        let files = self.files.as_ref()?;
        files.error_page(path.as_str(), status)?;
        let (files, path) = (Arc::clone(files), path.clone());
        Some(Landing::File(FileAnswer(Box::pin(async move {
            let page = files.error_page(path.as_str(), status);
            let page = page.ok_or_else(|| anyhow::anyhow!("the file is gone"))?;
            Ok(made_before(page.respond(&plain(Method::GET)).await?))
        }))))
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

impl Engine for Served {
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
                match &self.files {
                    Some(files) if self.has_page(path) => {
                        let landing = Served::file(files, path, method);
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
            for (route, params) in error_page::routes(self.site, path, status) {
                let page = match self.files {
                    Some(_) if route.is_prerendered() => self
                        .error_file(path, status)
                        .map(|landing| ErrorPage { route: Some(route), params, landing }),
                    _ if self.renders => {
                        let _turn = self.listings.acquire().await?;
                        error_page::called(route, params, path).await?
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

impl Prerendered for Served {
    async fn page(
        &self,
        route: &'static Route,
        path: &RoutePath,
        method: &Method,
    ) -> Result<Answerer> {
        if self.files.is_some() {
            return Ok(if self.has_page(path) { Answerer::Made } else { Answerer::Nobody });
        }
        let found = self.prerendered(route, path, method).await?;
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
        let mut routes = self.site.matches(path).map(|(route, _)| route);
        file.form() == Form::Exact || !routes.any(Route::is_prerendered)
    }

    fn renders(&self) -> bool {
        self.renders
    }
}
