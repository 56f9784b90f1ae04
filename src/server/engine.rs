//! The pages of a site as a server has them: files of the out folder, and pages that are called.

use std::sync::Arc;

use anyhow::Result;
use axum::response::Response;
use http::{Method, Request, StatusCode};

use super::files::{File, Files, Form, is_stale};
use super::live::Live;
use crate::destination::{Answerer, Prerendered};
use crate::dispatch;
use crate::error::error;
use crate::landing::{self, Engine, FileAnswer, Found, Landing};
use crate::params::RawParams;
use crate::path::RoutePath;
use crate::route::Route;
use crate::site::Site;

/// How often a file is read again that another build has replaced. That many builds do not finish while one request is answered.
pub(super) const ATTEMPTS: usize = 16;

/// The pages of a site; where nothing is built, prerendered ones may be called as well.
#[derive(Debug, Clone)]
pub(super) struct Served {
    pub(super) site: &'static Site,
    pub(super) live: Arc<Live>,
    /// Whether pages are called on request at all.
    pub(super) renders: bool,
}

/// The pages of a site as one request sees them, whatever is built meanwhile.
#[derive(Debug)]
pub(super) struct Now<'a> {
    served: &'a Served,
    pub(super) files: Option<Arc<Files>>,
    /// Whether the request is refused before code of the site sees it.
    pub(super) is_cross_site: bool,
}

/// A file that a page is answered with.
#[derive(Debug)]
enum Sought {
    Path(RoutePath),
    ErrorPage(StatusCode),
}

impl Sought {
    fn find<'a>(&'a self, files: &'a Files) -> Option<File<'a>> {
        match self {
            Sought::Path(path) => files.find(path),
            Sought::ErrorPage(status) => files.error_page(*status),
        }
    }
}

impl Served {
    /// The pages as they were when somebody looked at the files last.
    pub(super) fn now(&self, is_cross_site: bool) -> Now<'_> {
        Now { served: self, files: self.live.files(), is_cross_site }
    }

    /// A file that is read when it is called for.
    fn file(&self, sought: Sought, method: Method) -> Landing {
        let answer = Served::respond(Arc::clone(&self.live), sought, method);
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
                answered => return Ok(answered?),
            }
        }
        Err(error(StatusCode::SERVICE_UNAVAILABLE, "the site is built all the time"))
    }
}

impl Now<'_> {
    fn has_page(&self, path: &RoutePath) -> bool {
        self.files.as_ref().is_some_and(|files| files.find(path).is_some())
    }

    /// Returns true if and only if the site has a 404 page that no file stands for.
    pub(super) fn calls_not_found(&self) -> bool {
        let page = landing::error_page(self.served.site, StatusCode::NOT_FOUND);
        let has_file = |route: &Route| self.files.is_some() && route.is_prerendered();
        self.served.renders && page.is_some_and(|page| !has_file(page))
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

    fn land(&self, path: &RoutePath, method: &Method) -> Result<Option<Found>> {
        for (route, params) in self.site.matches(path) {
            if !route.is_prerendered() {
                if self.renders && route.takes(&params) {
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
                    if let Some(found) = Found::prerendered(route, path, method)? {
                        return Ok(Some(found));
                    }
                }
            }
        }
        Ok(None)
    }

    fn error_page(&self, status: StatusCode) -> Option<Landing> {
        let route = landing::error_page(self.site, status);
        let is_called = route.is_some_and(|route| !route.is_prerendered());
        match self.live.files() {
            Some(files) if !is_called => {
                files.error_page(status)?;
                Some(self.file(Sought::ErrorPage(status), Method::GET))
            }
            _ if self.renders => Landing::of_error_page(self.site, status),
            _ => None,
        }
    }
}

impl Prerendered for Now<'_> {
    fn page(&self, route: &'static Route, path: &RoutePath, method: &Method) -> Result<Answerer> {
        if self.files.is_some() {
            return Ok(if self.has_page(path) { Answerer::Made } else { Answerer::Nobody });
        }
        let found = Found::prerendered(route, path, method)?;
        Ok(found.map_or(Answerer::Nobody, Answerer::Page))
    }

    fn has_file(&self, path: &RoutePath) -> bool {
        self.has_page(path)
    }

    fn is_named(&self, path: &RoutePath) -> bool {
        let file = self.files.as_ref().and_then(|files| files.find(path));
        file.is_some_and(|file| file.form() == Form::Exact)
    }

    fn renders(&self) -> bool {
        self.served.renders
    }

    fn refuses(&self, route: &Route, method: &Method) -> bool {
        let is_called = !route.is_prerendered() || self.files.is_none();
        self.is_cross_site && is_called && dispatch::endpoint(route, method).is_ok()
    }
}
