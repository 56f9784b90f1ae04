//! A page that is being rendered: a future that occupies no thread while it waits.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Wake;

use axum::response::Response;

use super::queue::Queue;
use crate::build::output::content::Content;
use crate::build::report::failure::PageRef;
use crate::page::route::Route;
use crate::page::static_path::StaticPage;

/// A page that nothing has been done for yet.
#[derive(Debug)]
pub(crate) struct NewPage {
    pub(crate) route: &'static Route,
    /// Its route; the path is not known yet.
    pub(crate) place: PageRef,
    pub(crate) page: StaticPage,
}

/// What a page returned: its response, and the body if that is a file.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub(super) response: Response,
    pub(super) content: Content,
    /// The name of a cookie that was set.
    pub(super) cookie: Option<String>,
}

/// A page until its response is there.
pub(crate) type Work = Pin<Box<dyn Future<Output = anyhow::Result<Rendered>> + Send>>;

/// A page that can be polled.
#[derive(Debug)]
pub(crate) enum Ready {
    New(NewPage),
    Woken(Arc<Task>),
}

/// What a waker wakes: a page that waits.
///
/// An endpoint that never waits is done after the first poll, and costs little more than a plain call. One that waits
/// leaves its thread, and is queued again when it is woken.
pub(crate) struct Task {
    queue: Arc<Queue<Ready>>,
    /// One of the constants below.
    state: AtomicU8,
    /// The page, while it waits. Never contended: the state lets one thread at a time poll.
    page: Mutex<Option<(PageRef, Work)>>,
}

/// Waits to be woken.
const WAITING: u8 = 0;
/// In the queue.
const QUEUED: u8 = 1;
/// Being polled.
const POLLED: u8 = 2;
/// Being polled, and woken meanwhile: to be queued again.
const WOKEN: u8 = 3;

impl Task {
    /// A task whose page is about to be polled.
    pub(super) fn new(queue: &Arc<Queue<Ready>>) -> Arc<Self> {
        let (queue, page) = (Arc::clone(queue), Mutex::new(None));
        Arc::new(Task { queue, state: AtomicU8::new(POLLED), page })
    }

    /// Keeps a page that waits until it is woken, which it may have been already.
    pub(super) fn wait(self: &Arc<Self>, place: PageRef, work: Work) {
        *self.page.lock().unwrap_or_else(PoisonError::into_inner) = Some((place, work));
        if self.state.compare_exchange(POLLED, WAITING, AcqRel, Acquire).is_err() {
            self.state.store(QUEUED, Release);
            self.queue.push_woken(Ready::Woken(Arc::clone(self)));
        }
    }

    /// Takes the rendered of a task that was woken, in order to poll it.
    pub(super) fn resume(&self) -> Option<(PageRef, Work)> {
        let page = self.page.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        // A swap and no store: what the waker of the future wrote before it called `wake` must be seen by the poll.
        self.state.swap(POLLED, AcqRel);
        Some(page)
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
