//! A page that is being rendered: a future that does not occupy a thread while it waits.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Wake;

use http::response::Parts;

use super::queue::Queue;
use crate::build::output::content::Content;
use crate::build::report::diagnostic::PageRef;
use crate::page::route::Route;
use crate::page::static_path::StaticPage;

/// A page that has not been started yet.
#[derive(Debug)]
pub(crate) struct NewPage {
    pub(crate) route: &'static Route,
    /// The route of the page. The path is not known yet.
    pub(crate) place: PageRef,
    pub(crate) page: StaticPage,
}

/// The head of the response of a page, and its body if it is written to a file.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub(super) head: Parts,
    pub(super) content: Content,
    /// The name of the first cookie that was set, if any.
    pub(super) cookie: Option<String>,
}

/// The future of a page.
pub(crate) type Work = Pin<Box<dyn Future<Output = anyhow::Result<Rendered>> + Send>>;

/// A page that can be polled.
#[derive(Debug)]
pub(crate) enum Ready {
    New(NewPage),
    Woken(Arc<Task>),
}

impl Ready {
    /// The index of the route of the page.
    pub(super) fn route_index(&self) -> Option<usize> {
        match self {
            Ready::New(page) => Some(page.place.route_index),
            Ready::Woken(task) => task.route_index(),
        }
    }
}

/// A page that waits, and is woken by its waker.
///
/// An endpoint that never waits is done after the first poll, and costs hardly more than a plain call. An endpoint that
/// waits releases its thread, and is queued again when it is woken.
pub(crate) struct Task {
    queue: Arc<Queue<Ready>>,
    /// One of the constants below.
    state: AtomicU8,
    /// The page while it waits. The lock is never contended, because the state only allows one thread to poll.
    page: Mutex<Option<(PageRef, Work)>>,
}

/// Waits to be woken.
const WAITING: u8 = 0;
/// In the queue.
const QUEUED: u8 = 1;
/// Being polled.
const POLLED: u8 = 2;
/// Being polled and already woken: it is queued again after the poll.
const WOKEN: u8 = 3;

impl Task {
    /// A task whose page is about to be polled.
    pub(super) fn new(queue: &Arc<Queue<Ready>>) -> Arc<Self> {
        let (queue, page) = (Arc::clone(queue), Mutex::new(None));
        Arc::new(Task { queue, state: AtomicU8::new(POLLED), page })
    }

    /// Stores a page until it is woken, which may already have happened.
    pub(super) fn wait(self: &Arc<Self>, place: PageRef, work: Work) {
        *self.page() = Some((place, work));
        if self.state.compare_exchange(POLLED, WAITING, AcqRel, Acquire).is_err() {
            self.state.store(QUEUED, Release);
            self.queue.push_woken(Ready::Woken(Arc::clone(self)));
        }
    }

    /// Takes the page of a woken task, in order to poll it.
    pub(super) fn resume(&self) -> Option<(PageRef, Work)> {
        let page = self.page().take()?;
        // A swap rather than a store, so that the poll sees everything that was written before `wake` was called.
        self.state.swap(POLLED, AcqRel);
        Some(page)
    }

    fn route_index(&self) -> Option<usize> {
        self.page().as_ref().map(|(place, _)| place.route_index)
    }

    fn page(&self) -> MutexGuard<'_, Option<(PageRef, Work)>> {
        self.page.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        let next = |state| match state {
            WAITING => Some(QUEUED),
            POLLED => Some(WOKEN),
            // Written even if unchanged, so that the next poll sees what happened before.
            state => Some(state),
        };
        if self.state.fetch_update(AcqRel, Acquire, next) == Ok(WAITING) {
            let queue = Arc::clone(&self.queue);
            queue.push_woken(Ready::Woken(self));
        }
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("state", &self.state).finish_non_exhaustive()
    }
}
