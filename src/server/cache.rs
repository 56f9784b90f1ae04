//! The cache of rendered pages: `REVALIDATE` of a page.

mod page;

use std::collections::BTreeSet;
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use anyhow::Result;
use axum::response::Response;
use quick_cache::sync::{Cache, EntryAction};
use quick_cache::{OptionsBuilder, Weighter};

use self::page::{Page, Rendered};
use crate::page::error;
use crate::request::run::caught;
use crate::routing::page_path::RoutePath;

/// The bytes of all cached pages together.
const CAPACITY: u64 = 64 << 20;

/// How many pages the cache has room for from the start. It grows.
const EXPECTED_PAGES: usize = 1024;

/// The caches of the process, for [`revalidate`], which knows nothing but a path.
static ALL: Mutex<Vec<Weak<PageCache>>> = Mutex::new(Vec::new());

/// Has a page with `REVALIDATE` rendered again: the next request for it waits for the new one.
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
    let Ok(path) = crate::routing::request_path::RequestPath::parse(&crate::routing::url::escaped(
        path.as_ref(),
    )) else {
        return;
    };
    let Some(path) = path.route_path() else { return };
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|cache| match cache.upgrade() {
        Some(cache) => {
            cache.expire(&path);
            true
        }
        None => false,
    });
}

/// Renders a page, whenever it is called.
pub(super) type Render = Arc<dyn Fn() -> Rendering + Send + Sync>;

/// A page that is being rendered.
pub(super) type Rendering = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;

/// The rendered pages, by path.
///
/// What it holds of a path is replaced as a whole. A page that was rendered while its path was [revalidated](revalidate)
/// finds another entry than before it began, or none, and is not stored.
pub(super) struct PageCache {
    entries: Cache<String, Arc<Entry>, Weight>,
    /// The paths whose file is older than a page that was rendered since, or that was asked for by [`revalidate`]: whatever
    /// the cache has forgotten, they never go back to the file.
    outdated: Mutex<BTreeSet<String>>,
    has_file: HasFile,
}

/// Returns true if and only if a path has a file that a page with `REVALIDATE` was prerendered to.
type HasFile = Box<dyn Fn(&RoutePath) -> bool + Send + Sync>;

/// What the cache has of a path.
#[derive(Debug)]
struct Entry {
    content: Content,
    /// When the content was rendered, or was last tried to be; `None` where that is not known.
    made: Option<Instant>,
    /// Whether a request has taken it on to render it again.
    is_renewed: AtomicBool,
}

#[derive(Debug, Clone)]
enum Content {
    Page(Arc<Page>),
    /// The file that a build wrote.
    File,
    /// Nothing that another request may have. Such an entry only wakes those who wait for it, and is removed.
    Uncached,
}

/// What answers where no page is cached.
pub(super) enum Fallback<F> {
    /// A file, which is as old as the future says; `None` where that is not known.
    File(F),
    Nothing,
}

/// How a request is answered.
pub(super) enum Lookup {
    Response(Response),
    /// With the file.
    File,
}

/// The error of a path that `static_paths` of its route does not list: that of a file of `public/`, or of a page that was listed
/// before.
#[derive(Debug)]
pub(super) struct NoPage;

impl fmt::Display for NoPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`static_paths` no longer lists it")
    }
}

impl std::error::Error for NoPage {}

/// What is needed to render a page behind the back of those who ask for it.
struct Renewal<L> {
    path: String,
    entry: Arc<Entry>,
    render: Render,
    log: L,
}

impl PageCache {
    /// A cache of a site.
    pub(super) fn new(has_file: impl Fn(&RoutePath) -> bool + Send + Sync + 'static) -> Arc<Self> {
        // One shard, or a page could be no larger than a part of the capacity.
        let options = OptionsBuilder::new()
            .shards(1)
            .estimated_items_capacity(EXPECTED_PAGES)
            .weight_capacity(CAPACITY)
            .build()
            .expect("both capacities are set");
        let hasher = quick_cache::DefaultHashBuilder::default();
        let lifecycle = quick_cache::sync::DefaultLifecycle::default();
        let cache = Arc::new(PageCache {
            entries: Cache::with_options(options, Weight, hasher, lifecycle),
            outdated: Mutex::default(),
            has_file: Box::new(has_file),
        });
        ALL.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&cache));
        cache
    }

    /// Answers with the page of a path, which is rendered again once it is older than `seconds`.
    ///
    /// Meanwhile the old one answers. Where there is none, the request waits for the new one, and so do all that come
    /// meanwhile.
    ///
    /// # Errors
    ///
    /// What rendering fails with, where the request waits for it. What fails behind the back of requests is given to `log`,
    /// and tried again after as many seconds.
    pub(super) async fn answer(
        self: &Arc<Self>,
        path: &RoutePath,
        seconds: u64,
        fallback: Fallback<impl Future<Output = Option<Duration>>>,
        render: Render,
        log: impl Fn(&str) + Send + 'static,
    ) -> Result<Lookup> {
        let life = Duration::from_secs(seconds);
        let key = path.as_str();
        let mut entry = self.entries.get(key);
        if let Fallback::File(age) = fallback
            && !entry.as_ref().is_some_and(|entry| matches!(entry.content, Content::Page(_)))
        {
            entry = match (entry, self.is_outdated(key)) {
                (Some(entry), false) => Some(entry),
                (None, false) => Some(self.note_file(key, age.await)),
                (Some(entry), true) => {
                    self.entries.remove_if(key, |other| Arc::ptr_eq(other, &entry));
                    None
                }
                (None, true) => None,
            };
        }
        let Some(entry) = entry else {
            return self.wait_for(path, seconds, render).await;
        };
        let lookup = match &entry.content {
            Content::Page(page) => Lookup::Response(page.response(seconds)),
            Content::File => Lookup::File,
            Content::Uncached => {
                let rendered = page::rendered(&render).await?;
                return Ok(Lookup::Response(rendered.response(seconds)));
            }
        };
        if entry.is_older_than(life) && !entry.is_renewed.swap(true, Relaxed) {
            let renewal = Renewal { path: key.to_owned(), entry, render, log };
            tokio::spawn(Arc::clone(self).renew(path.clone(), renewal));
        }
        Ok(lookup)
    }

    /// Waits for a page that is not cached: one request renders it, the others wait.
    async fn wait_for(&self, path: &RoutePath, seconds: u64, render: Render) -> Result<Lookup> {
        let guard = match self.entries.get_value_or_guard_async(path.as_str()).await {
            Ok(entry) => match &entry.content {
                Content::Page(page) => return Ok(Lookup::Response(page.response(seconds))),
                Content::File => return Ok(Lookup::File),
                // It is for nobody else, so that each request renders its own, all at once.
                Content::Uncached => {
                    let rendered = page::rendered(&render).await?;
                    return Ok(Lookup::Response(rendered.response(seconds)));
                }
            },
            Err(guard) => guard,
        };
        let rendered = page::rendered(&render).await;
        let content = match &rendered {
            Ok(Rendered::Page(page)) => {
                self.outdate_file(path);
                Content::Page(Arc::clone(page))
            }
            Err(error) if error.is::<NoPage>() && (self.has_file)(path) => Content::File,
            _ => Content::Uncached,
        };
        let is_file = matches!(content, Content::File);
        let is_cached = is_file || matches!(content, Content::Page(_));
        let entry = Arc::new(match is_file {
            true => Entry::of_file(),
            false => Entry::new(content, Some(Instant::now())),
        });
        if is_file {
            self.outdated().remove(path.as_str());
        }
        // It fails where the path was revalidated meanwhile: the next request renders the page again.
        let _ = guard.insert(Arc::clone(&entry));
        if !is_cached {
            self.entries.remove_if(path.as_str(), |other| Arc::ptr_eq(other, &entry));
        }
        match rendered {
            Err(error) if is_file => {
                error::discard(error);
                Ok(Lookup::File)
            }
            rendered => Ok(Lookup::Response(rendered?.response(seconds))),
        }
    }

    /// Renders a page again, and puts it in the place of an entry.
    async fn renew(self: Arc<Self>, path: RoutePath, renewal: Renewal<impl Fn(&str)>) {
        let Renewal { path: key, entry, render, log } = renewal;
        let content = match caught(page::rendered(&render)).await {
            Ok(Ok(Rendered::Page(page))) => Content::Page(page),
            // What is for one client is for no other, and there is none.
            Ok(Ok(Rendered::Other(response))) => {
                error::discard(response);
                entry.content.clone()
            }
            Ok(Err(error)) if error.is::<NoPage>() && matches!(entry.content, Content::File) => {
                error::discard(error);
                self.replace(&key, &entry, Arc::new(Entry::of_file()));
                return;
            }
            Ok(Err(error)) => {
                log(&error::chain(&error));
                error::discard(error);
                entry.content.clone()
            }
            Err(panic) => {
                log(&format!("panicked: {}", error::take_panic(panic)));
                entry.content.clone()
            }
        };
        let is_page = matches!(content, Content::Page(_));
        let new = Arc::new(Entry::new(content, Some(Instant::now())));
        if self.replace(&key, &entry, new) && is_page {
            self.outdate_file(&path);
        }
    }

    /// Replaces an entry, unless another has taken its place or it is gone; returns whether it was replaced.
    fn replace(&self, key: &str, old: &Arc<Entry>, new: Arc<Entry>) -> bool {
        use quick_cache::sync::EntryResult::Retained;
        let replaced = self.entries.entry(key, Some(Duration::ZERO), |_, entry| {
            let is_it = Arc::ptr_eq(entry, old);
            if is_it {
                *entry = new;
            }
            EntryAction::Retain(is_it)
        });
        matches!(replaced, Retained(true))
    }

    /// Notes how old the file of a path is, so that it need not be opened for the next request.
    fn note_file(&self, key: &str, age: Option<Duration>) -> Arc<Entry> {
        use quick_cache::sync::EntryResult::{Retained, Vacant};
        let made = age.and_then(|age| Instant::now().checked_sub(age));
        let entry = Arc::new(Entry::new(Content::File, made));
        let noted = self
            .entries
            .entry(key, Some(Duration::ZERO), |_, entry| EntryAction::Retain(Arc::clone(entry)));
        match noted {
            Vacant(guard) => {
                let _ = guard.insert(Arc::clone(&entry));
            }
            Retained(other) => return other,
            _ => {}
        }
        entry
    }

    /// Forgets all pages: the site has been built again. What is being rendered goes to those who wait for it, and is not cached.
    pub(super) fn clear(&self) {
        self.entries.clear();
        self.outdated().clear();
    }

    /// Has the page of a path rendered before the next answer.
    fn expire(&self, path: &RoutePath) {
        // In this order: an entry that is gone must not be made again of the file.
        self.outdate_file(path);
        self.entries.remove(path.as_str());
    }

    fn outdate_file(&self, path: &RoutePath) {
        if (self.has_file)(path) {
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

impl fmt::Debug for PageCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageCache").field("len", &self.entries.len()).finish_non_exhaustive()
    }
}

impl Entry {
    fn new(content: Content, made: Option<Instant>) -> Self {
        Entry { content, made, is_renewed: AtomicBool::new(false) }
    }

    /// A file that no page is rendered in the place of, until the site is built again.
    fn of_file() -> Self {
        let is_renewed = AtomicBool::new(true);
        Entry { content: Content::File, made: Some(Instant::now()), is_renewed }
    }

    fn is_older_than(&self, life: Duration) -> bool {
        self.made.is_none_or(|made| made.elapsed() >= life)
    }
}

/// Weighs an entry by the bytes that it takes.
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
