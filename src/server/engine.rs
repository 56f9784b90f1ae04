//! The pages of a site as a server has them: files of the out folder, and pages that are called.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use http::{Method, Request, StatusCode};
use tokio::sync::Semaphore;

use super::files::{Files, Form};
use crate::destination::{Answerer, Prerendered};
use crate::landing::{self, Engine, FileAnswer, Found, Landing, Lookup};
use crate::params::RawParams;
use crate::path::RoutePath;
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

    /// Returns true if and only if the site has a 404 page that no file stands for.
    pub(super) fn calls_not_found(&self) -> bool {
        let page = landing::error_page(self.site, StatusCode::NOT_FOUND);
        let has_file = |route: &Route| self.files.is_some() && route.is_prerendered();
        self.renders && page.is_some_and(|page| !has_file(page))
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
            Ok(file.respond(&plain(method)).await?)
        })))
    }
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

    fn error_page(&self, status: StatusCode) -> Option<Landing> {
        let route = landing::error_page(self.site, status);
        let is_called = route.is_some_and(|route| !route.is_prerendered());
        match &self.files {
            Some(files) if !is_called => {
                files.error_page(status)?;
                let files = Arc::clone(files);
                Some(Landing::File(FileAnswer(Box::pin(async move {
                    let page = files.error_page(status);
                    let page = page.ok_or_else(|| anyhow::anyhow!("the file is gone"))?;
                    Ok(page.respond(&plain(Method::GET)).await?)
                }))))
            }
            _ if self.renders => Landing::of_error_page(self.site, status),
            _ => None,
        }
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
