//! Rendered pages that are kept for a time: `REVALIDATE` of a page.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use anyhow::Result;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::response::body;

/// The most bytes of pages that are kept, and how many pages; the one that was asked for longest ago goes first.
const MOST_BYTES: usize = 64 << 20;
const MOST_PAGES: usize = 10_000;

/// Where all kept pages of the process are, for [`revalidate`], which is told nothing but a path.
static ALL: Mutex<Vec<Weak<Kept>>> = Mutex::new(Vec::new());

/// Has a page with `REVALIDATE` made again: the next request for it waits for the new one.
///
/// The path is decoded or as in a URL, without the site's base. A path that no such page has does nothing.
///
/// # Example
///
/// ```
/// // In an endpoint that a change of the content calls:
/// kiln::server::revalidate("/posts/hello");
/// ```
pub fn revalidate(path: impl AsRef<str>) {
    let Ok(path) = crate::request_path::RequestPath::parse(&crate::path::escaped(path.as_ref()))
    else {
        return;
    };
    let Some(path) = path.route_path() else { return };
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|kept| match kept.upgrade() {
        Some(kept) => {
            kept.expire(path.as_str());
            true
        }
        None => false,
    });
}

/// What renders a page, whenever it is called.
pub(super) type Render = Arc<dyn Fn() -> Rendering + Send + Sync>;

/// A page that is being rendered.
pub(super) type Rendering = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;

/// The pages that are kept.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pages: Mutex<Pages>,
}

#[derive(Debug, Default)]
struct Pages {
    by_path: BTreeMap<String, Arc<Entry>>,
    bytes: usize,
    /// Counts requests, to tell which page was asked for last.
    requests: u64,
}

/// A page, or the place of one.
#[derive(Debug, Default)]
struct Entry {
    state: Mutex<State>,
    /// Held by whoever renders: one at a time, however many ask.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    page: Option<Page>,
    /// The number of the last request.
    asked: u64,
    /// How often it was told to be made again.
    expired: u64,
}

/// A response, as it is given again and again.
#[derive(Debug, Clone)]
struct Page {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Bytes,
    made: Instant,
    /// Whether the next request waits for a new one.
    is_expired: bool,
}

/// What stands for a page that nothing is kept of.
pub(super) enum Meanwhile {
    /// A file of this age, unless the page was told to be made again.
    File(Option<Duration>),
    Nothing,
}

/// How a request is answered.
pub(super) enum Answered {
    With(Response),
    /// With the file.
    ByFile,
}

impl Kept {
    pub(super) fn new() -> Arc<Self> {
        let kept = Arc::new(Kept::default());
        ALL.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&kept));
        kept
    }

    /// Answers with the page of a path, which is made again once it is older than `seconds`.
    ///
    /// The old one is given meanwhile. Where there is none, the request waits for the new one.
    ///
    /// # Errors
    ///
    /// What rendering fails with, where the request waits for it. What fails behind the back of requests is told to `log`,
    /// and tried again after as many seconds.
    pub(super) async fn answer(
        self: &Arc<Self>,
        path: &str,
        seconds: u64,
        meanwhile: Meanwhile,
        render: Render,
        log: impl Fn(&anyhow::Error) + Send + 'static,
    ) -> Result<Answered> {
        let entry = self.entry(path);
        let life = Duration::from_secs(seconds);
        let page = entry.state().page.clone().filter(|page| !page.is_expired);
        if let Some(page) = page {
            let is_old = page.made.elapsed() >= life;
            if is_old {
                self.renew(&entry, path, life, render, log);
            }
            return Ok(Answered::With(page.response(seconds)));
        }
        let was_expired = entry.state().expired > 0;
        if let (Meanwhile::File(age), false) = (meanwhile, was_expired) {
            if age.is_none_or(|age| age >= life) {
                self.renew(&entry, path, life, render, log);
            }
            return Ok(Answered::ByFile);
        }
        let turn = entry.turn.lock().await;
        // Whoever had the turn before may have made it.
        if let Some(page) = entry.state().page.clone().filter(|page| !page.is_expired) {
            return Ok(Answered::With(page.response(seconds)));
        }
        let made = self.make(&entry, path, &render).await;
        drop(turn);
        let response = made?;
        Ok(Answered::With(match response {
            Made::Kept(page) => page.response(seconds),
            Made::Other(response) => response,
        }))
    }

    /// Makes a page again behind the back of those who ask, unless somebody does.
    fn renew(
        self: &Arc<Self>,
        entry: &Arc<Entry>,
        path: &str,
        life: Duration,
        render: Render,
        log: impl Fn(&anyhow::Error) + Send + 'static,
    ) {
        let (kept, entry, path) = (Arc::clone(self), Arc::clone(entry), path.to_owned());
        tokio::spawn(async move {
            let Ok(_turn) = entry.turn.try_lock() else { return };
            // Whoever had the turn before may have made it, between the question and now.
            let is_fresh = |page: &Page| !page.is_expired && page.made.elapsed() < life;
            if entry.state().page.as_ref().is_some_and(is_fresh) {
                return;
            }
            if let Err(error) = kept.make(&entry, &path, &render).await {
                log(&error);
                if let Some(page) = &mut entry.state().page {
                    page.made = Instant::now();
                }
            }
        });
    }

    /// Renders a page and keeps it, where it is one to keep.
    async fn make(&self, entry: &Arc<Entry>, path: &str, render: &Render) -> Result<Made> {
        let before = entry.state().expired;
        let response = render().await?;
        let is_private = response.headers().contains_key(header::SET_COOKIE);
        if response.status() != StatusCode::OK || is_private {
            // The place stays, so that one at a time renders; but not for ever.
            self.make_room(path, 0, 0);
            return Ok(Made::Other(response));
        }
        let (head, body) = response.into_parts();
        let bytes = body::bytes(body).await?;
        let (status, headers) = (head.status, head.headers);
        let mut state = entry.state();
        // Told to be made again while it was made: it may not have seen what changed.
        let is_expired = state.expired != before;
        let page = Page { status, headers, bytes, made: Instant::now(), is_expired };
        let old = state.page.replace(page.clone()).map_or(0, |page| page.bytes.len());
        drop(state);
        self.make_room(path, old, page.bytes.len());
        Ok(Made::Kept(page))
    }

    /// Counts a page that took the place of another, and drops others until there is room.
    fn make_room(&self, path: &str, old: usize, new: usize) {
        let mut pages = self.pages();
        pages.bytes = pages.bytes + new - old.min(pages.bytes);
        while pages.bytes > MOST_BYTES || pages.by_path.len() > MOST_PAGES {
            let oldest = pages.by_path.iter().filter(|(other, _)| *other != path);
            let oldest = oldest.min_by_key(|(_, entry)| entry.state().asked);
            let Some(oldest) = oldest.map(|(path, _)| path.clone()) else { break };
            if let Some(entry) = pages.by_path.remove(&oldest) {
                let bytes = entry.state().page.as_ref().map_or(0, |page| page.bytes.len());
                pages.bytes -= bytes.min(pages.bytes);
            }
        }
    }

    /// Drops all pages: the site has been built again. What is being rendered is given to those who wait for it, and not kept.
    pub(super) fn clear(&self) {
        let mut pages = self.pages();
        pages.by_path.clear();
        pages.bytes = 0;
    }

    fn entry(&self, path: &str) -> Arc<Entry> {
        let mut pages = self.pages();
        pages.requests += 1;
        let asked = pages.requests;
        let entry = match pages.by_path.get(path) {
            Some(entry) => Arc::clone(entry),
            None => Arc::clone(pages.by_path.entry(path.to_owned()).or_default()),
        };
        entry.state().asked = asked;
        entry
    }

    fn expire(&self, path: &str) {
        let entry = self.entry(path);
        let mut state = entry.state();
        state.expired += 1;
        if let Some(page) = &mut state.page {
            page.is_expired = true;
        }
        drop(state);
        self.make_room(path, 0, 0);
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What rendering gave.
enum Made {
    Kept(Page),
    /// A redirect, an error, one that sets a cookie: nobody else is to have it.
    Other(Response),
}

impl Page {
    fn response(&self, seconds: u64) -> Response {
        let mut response = Response::new(Body::from(self.bytes.clone()));
        *response.status_mut() = self.status;
        self.headers.clone_into(response.headers_mut());
        let shared = format!("s-maxage={seconds}, stale-while-revalidate");
        if let Ok(shared) = HeaderValue::from_str(&shared) {
            response.headers_mut().entry(header::CACHE_CONTROL).or_insert(shared);
        }
        response
    }
}

#[cfg(test)]
mod tests;
