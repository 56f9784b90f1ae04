//! The current files of the out folder. When a build has finished, all of them are replaced at once.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{self, Arc, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use super::cache::PageCache;
use super::files::Files;
use crate::page::route::Route;
use crate::routing::page_path::RoutePath;
use crate::routing::request_path::RequestPath;
use crate::routing::url;
use crate::site::Site;

/// How old the last look may be for a page that is called, which is the same page after a build.
const LATELY: Duration = Duration::from_millis(10);

/// How old it may be while another request looks.
const WHILE_LOOKING: Duration = Duration::from_millis(100);

/// What answers requests for prerendered pages while there is no build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unbuilt {
    /// The pages themselves.
    Pages,
    /// Nothing. The site is unavailable until it is built.
    Nothing,
}

/// The sites of the process, since [`revalidate`] gets only a path.
static ALL: sync::Mutex<Vec<Weak<Live>>> = sync::Mutex::new(Vec::new());

/// Renders a page with `REVALIDATE` again: the next request for it waits for the new page.
///
/// The path is decoded or as in a URL, without the site's base. A path without such a page is ignored.
///
/// # Example
///
/// ```
/// // In an endpoint that a change of the content calls:
/// kiln::server::revalidate("/posts/hello");
/// ```
pub fn revalidate(path: impl AsRef<str>) {
    let Ok(path) = RequestPath::parse(&url::escaped(path.as_ref())) else { return };
    let Some(path) = path.route_path() else { return };
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|live| live.upgrade().inspect(|live| live.expire(path)).is_some());
}

/// The files of a site while builds change them.
#[derive(Debug)]
pub(super) struct Live {
    site: &'static Site,
    unbuilt: Unbuilt,
    files: RwLock<Arc<Files>>,
    /// The pages rendered since the build.
    cache: Arc<PageCache>,
    /// Held during a look at the folder, also if the request that started it is gone.
    looking: Arc<Mutex<()>>,
    /// When the last look that has ended began, in microseconds after `opened`.
    looked: AtomicU64,
    opened: Instant,
}

impl Live {
    /// Reads the files of an out folder. If it has no build, the result says why.
    pub(super) fn open(
        site: &'static Site,
        out: &Path,
        unbuilt: Unbuilt,
    ) -> (Arc<Self>, Result<()>) {
        let (files, opened) = Files::open(site, out);
        let live = Arc::new(Live {
            site,
            unbuilt,
            files: RwLock::new(Arc::new(files)),
            cache: Arc::new(PageCache::new()),
            looking: Arc::default(),
            looked: AtomicU64::new(0),
            opened: Instant::now(),
        });
        ALL.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&live));
        (live, opened)
    }

    /// The files as of the last look; `None` if pages are called instead.
    pub(super) fn files(&self) -> Option<Arc<Files>> {
        self.known(&self.files.read().unwrap_or_else(PoisonError::into_inner)).cloned()
    }

    /// Returns true if and only if those are the files as of the last look.
    pub(super) fn has(&self, files: Option<&Arc<Files>>) -> bool {
        let now = self.files.read().unwrap_or_else(PoisonError::into_inner);
        self.known(&now).map(Arc::as_ptr) == files.map(Arc::as_ptr)
    }

    fn known<'a>(&self, files: &'a Arc<Files>) -> Option<&'a Arc<Files>> {
        (files.is_built() || self.unbuilt == Unbuilt::Nothing).then_some(files)
    }

    pub(super) fn cache(&self) -> &Arc<PageCache> {
        &self.cache
    }

    /// Makes the next request for a page with `REVALIDATE` wait for a new one.
    fn expire(&self, path: &RoutePath) {
        let is_it = |route: &Route| route.is_prerendered() && route.revalidate().is_some();
        let has_file = self.files().is_some_and(|files| files.find(path).is_some());
        self.cache.expire(path, has_file && self.site.matches(path).any(|(route, _)| is_it(route)));
    }

    /// Waits for a look at the folder that begins after this call, so that the files are at least as new as the request. Requests that
    /// wait at the same time share a look.
    pub(super) async fn look(self: &Arc<Self>) {
        let asked = self.micros();
        let looking = Arc::clone(&self.looking).lock_owned().await;
        if self.looked.load(Ordering::SeqCst) > asked {
            return;
        }
        let live = Arc::clone(self);
        let look = move || {
            let begun = live.micros();
            live.refresh();
            live.looked.store(begun, Ordering::SeqCst);
            drop(looking);
        };
        match Handle::try_current() {
            // A panic in there is a bug in kiln, and the previous files are better than none.
            Ok(runtime) => drop(runtime.spawn_blocking(look).await),
            // A router can be called outside of tokio.
            Err(_) => look(),
        }
    }

    /// The same for a page that is called: a look of a moment ago is new enough, and under load only one request waits for the next.
    pub(super) async fn look_lately(self: &Arc<Self>) {
        let looked = Duration::from_micros(self.looked.load(Ordering::SeqCst));
        let age = self.opened.elapsed().saturating_sub(looked);
        if age > WHILE_LOOKING || (age > LATELY && self.looking.try_lock().is_ok()) {
            self.look().await;
        }
    }

    fn micros(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Looks at the folder, and reads its files again if they have changed.
    fn refresh(&self) {
        let before = Arc::clone(&self.files.read().unwrap_or_else(PoisonError::into_inner));
        if before.are_current() {
            return;
        }
        let (now, opened) = before.open_again();
        let is_same = now.are_those_of(&before);
        let was_built = before.is_built();
        *self.files.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(now);
        if is_same {
            return;
        }
        // Its pages are older than the new files.
        self.cache.clear();
        match opened {
            Ok(()) => tracing::info!("a build has finished: its files are sent from now on"),
            Err(error) if was_built => {
                tracing::warn!("the site is unavailable until it is built: {error:#}");
            }
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests;
