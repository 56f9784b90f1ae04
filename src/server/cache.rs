//! The cache of rendered pages, for pages with `REVALIDATE`.

mod page;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use axum::response::Response;
use quick_cache::sync::{Cache, EntryAction, GuardResult};
use quick_cache::{OptionsBuilder, Weighter};

pub(super) use self::page::Render;
use self::page::{Page, Rendered};
use crate::page::error;
use crate::routing::page_path::RoutePath;

/// The bytes of all cached pages.
const CAPACITY: u64 = 64 << 20;

/// How many pages the cache has room for before it grows.
const EXPECTED_PAGES: usize = 1024;

/// The rendered pages, by path.
///
/// An entry is only ever replaced as a whole. A page that was being rendered while its path [expired](PageCache::expire) finds
/// another entry than before, or none, and is not stored.
#[derive(Debug)]
pub(super) struct PageCache {
    entries: Cache<String, Arc<Entry>, Weight>,
    /// The paths whose file is older than a page rendered since, or that have [expired](PageCache::expire). They never go back to
    /// their file, even if the cache has evicted the page.
    outdated: Mutex<BTreeSet<String>>,
}

/// What the cache has for a path.
#[derive(Debug)]
struct Entry {
    content: Content,
    /// When the content was last rendered, or rendering it failed; `None` if unknown.
    made: Option<Instant>,
    /// Whether a request has started to render it again.
    is_renewed: AtomicBool,
}

#[derive(Debug, Clone)]
enum Content {
    Page(Arc<Page>),
    /// The file that a build wrote.
    File,
    /// A response that no other request may have. The entry wakes the requests that wait for it, and is removed.
    Uncached,
}

/// The error of a path that `static_paths` of its route does not list: a file of `public/`, or a page that has been removed.
#[derive(Debug)]
pub(super) struct NoPage;

impl fmt::Display for NoPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`static_paths` no longer lists it")
    }
}

impl std::error::Error for NoPage {}

impl PageCache {
    /// Creates an empty cache.
    pub(super) fn new() -> Self {
        // With more shards, each has only a part of the capacity, which limits the size of a page.
        let options = OptionsBuilder::new()
            .shards(1)
            .estimated_items_capacity(EXPECTED_PAGES)
            .weight_capacity(CAPACITY)
            .build()
            .expect("both capacities are set");
        let hasher = quick_cache::DefaultHashBuilder::default();
        let lifecycle = quick_cache::sync::DefaultLifecycle::default();
        let entries = Cache::with_options(options, Weight, hasher, lifecycle);
        PageCache { entries, outdated: Mutex::default() }
    }

    /// Answers with the page of a path, and renders it again once it is older than `seconds`; `None` if its file answers.
    ///
    /// While it is rendered again, the old page answers. If there is none, the file does, whose age is `file`, and without a file all
    /// requests wait for the new page.
    ///
    /// # Errors
    ///
    /// What rendering fails with, if the request waits for it. An error in the background goes to `log`, and the page is rendered again
    /// after as many seconds.
    pub(super) async fn answer(
        self: &Arc<Self>,
        path: &RoutePath,
        seconds: u64,
        file: Option<Duration>,
        render: Render,
        log: impl Fn(&str) + Send + 'static,
    ) -> Result<Option<Response>> {
        let key = path.as_str();
        let mut entry = self.entries.get(key);
        if let Some(age) = file
            && !entry.as_ref().is_some_and(|entry| matches!(entry.content, Content::Page(_)))
        {
            if !self.is_outdated(key) {
                entry = Some(entry.unwrap_or_else(|| self.note_file(key, age)));
            } else if let Some(entry) = entry.take() {
                self.remove(key, &entry);
            }
        }
        let has_file = file.is_some();
        let Some(entry) = entry else {
            return self.wait_for(path, seconds, has_file, render).await;
        };
        if !entry.begins_to_renew(seconds) {
            return entry.answer(seconds, render).await;
        }
        let response = entry.kept(seconds);
        tokio::spawn(Arc::clone(self).renew(path.clone(), entry, has_file, render, log));
        Ok(response)
    }

    /// Waits for a page that is not cached. One request renders it, and the others wait for it.
    async fn wait_for(
        &self,
        path: &RoutePath,
        seconds: u64,
        has_file: bool,
        render: Render,
    ) -> Result<Option<Response>> {
        let guard = match self.entries.get_value_or_guard_async(path.as_str()).await {
            Ok(entry) => return entry.answer(seconds, render).await,
            Err(guard) => guard,
        };
        let rendered = page::rendered(render).await;
        let entry = Arc::new(match &rendered {
            Ok(Rendered::Page(page)) => {
                self.outdate(path, has_file);
                Entry::new(Content::Page(Arc::clone(page)), Some(Instant::now()))
            }
            Err(error) if error.is::<NoPage>() && has_file => {
                self.outdated().remove(path.as_str());
                Entry::settled(Content::File)
            }
            _ => Entry::settled(Content::Uncached),
        });
        // It fails if the path has been revalidated in the meantime: the next request renders the page again.
        let _ = guard.insert(Arc::clone(&entry));
        match &entry.content {
            Content::Page(_) => {}
            Content::Uncached => self.remove(path.as_str(), &entry),
            Content::File => {
                error::discard(rendered.err());
                return Ok(None);
            }
        }
        rendered.map(|rendered| Some(rendered.response(seconds)))
    }

    /// Renders a page again, and replaces an entry with it.
    async fn renew(
        self: Arc<Self>,
        path: RoutePath,
        entry: Arc<Entry>,
        has_file: bool,
        render: Render,
        log: impl Fn(&str),
    ) {
        let key = path.as_str();
        let content = match page::rendered(render).await {
            Ok(Rendered::Page(page)) => Content::Page(page),
            // A response for one client cannot replace a page for all.
            Ok(Rendered::Other(response)) => {
                error::discard(response);
                entry.content.clone()
            }
            Err(error) if error.is::<NoPage>() && matches!(entry.content, Content::File) => {
                error::discard(error);
                self.replace(key, &entry, Entry::settled(Content::File));
                return;
            }
            Err(error) => {
                log(&error::chain(&error));
                error::discard(error);
                entry.content.clone()
            }
        };
        let is_page = matches!(content, Content::Page(_));
        if self.replace(key, &entry, Entry::new(content, Some(Instant::now()))) && is_page {
            self.outdate(&path, has_file);
        }
    }

    /// Removes an entry if it is still there.
    fn remove(&self, key: &str, entry: &Arc<Entry>) {
        self.entries.remove_if(key, |other| Arc::ptr_eq(other, entry));
    }

    /// Replaces an entry if it is still there. Returns whether it was.
    fn replace(&self, key: &str, old: &Arc<Entry>, new: Entry) -> bool {
        use quick_cache::sync::EntryResult::Retained;
        let replaced = self.entries.entry(key, Some(Duration::ZERO), |_, entry| {
            let is_it = Arc::ptr_eq(entry, old);
            if is_it {
                *entry = Arc::new(new);
            }
            EntryAction::Retain(is_it)
        });
        matches!(replaced, Retained(true))
    }

    /// The entry of a path's file.
    fn note_file(&self, key: &str, age: Duration) -> Arc<Entry> {
        let entry = Arc::new(Entry::new(Content::File, Instant::now().checked_sub(age)));
        match self.entries.get_value_or_guard(key, Some(Duration::ZERO)) {
            GuardResult::Value(other) => return other,
            GuardResult::Guard(guard) => drop(guard.insert(Arc::clone(&entry))),
            GuardResult::Timeout => {}
        }
        entry
    }

    /// Removes all pages, after a build. A page that is being rendered goes to the requests that wait for it, and is not stored.
    pub(super) fn clear(&self) {
        self.entries.clear();
        self.outdated().clear();
    }

    /// Makes the next request wait for a new page.
    pub(super) fn expire(&self, path: &RoutePath, has_file: bool) {
        // In this order, or the file could become an entry again after the removal.
        self.outdate(path, has_file);
        self.entries.remove(path.as_str());
    }

    /// Notes that the file of a path is outdated, if it has one: any other path would stay in memory for nothing.
    fn outdate(&self, path: &RoutePath, has_file: bool) {
        if has_file {
            self.outdated().insert(path.as_str().to_owned());
        }
    }

    fn is_outdated(&self, key: &str) -> bool {
        self.outdated().contains(key)
    }

    fn outdated(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.outdated.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn new(content: Content, made: Option<Instant>) -> Self {
        Entry { content, made, is_renewed: AtomicBool::new(false) }
    }

    /// Content that is not renewed.
    fn settled(content: Content) -> Self {
        Entry { content, made: None, is_renewed: AtomicBool::new(true) }
    }

    /// Returns true if and only if the content is older than `seconds`, and no other request has started to render it again.
    fn begins_to_renew(&self, seconds: u64) -> bool {
        let life = Duration::from_secs(seconds);
        let is_old = self.made.is_none_or(|made| made.elapsed() >= life);
        is_old && !self.is_renewed.swap(true, Relaxed)
    }

    /// The response with its page; `None` if it has the file.
    fn kept(&self, seconds: u64) -> Option<Response> {
        match &self.content {
            Content::Page(page) => Some(page.response(seconds)),
            Content::File | Content::Uncached => None,
        }
    }

    /// The same, but renders a page that is for one request only. All requests do so at the same time.
    async fn answer(&self, seconds: u64, render: Render) -> Result<Option<Response>> {
        match self.content {
            Content::Uncached => Ok(Some(page::rendered(render).await?.response(seconds))),
            Content::Page(_) | Content::File => Ok(self.kept(seconds)),
        }
    }
}

/// Weighs an entry by its size in bytes.
#[derive(Debug, Clone)]
struct Weight;

impl Weighter<String, Arc<Entry>> for Weight {
    fn weight(&self, path: &String, entry: &Arc<Entry>) -> u64 {
        let of_page = match &entry.content {
            Content::Page(page) => page.size(),
            Content::File | Content::Uncached => 0,
        };
        (path.len() + size_of::<Entry>() + of_page) as u64
    }
}

#[cfg(test)]
mod tests;
