//! A page in flight: a future that occupies no thread while it waits.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use super::queue::Queue;
use crate::build::render::{self, Rendered};
use crate::build::report::failure::{self, Failure, PageRef};
use crate::build::state::Build;
use crate::page::error;

/// The work of a page until its response is ready.
pub(crate) type Work = Pin<Box<dyn Future<Output = anyhow::Result<Rendered>> + Send>>;

/// A waiting page, which its waker wakes.
///
/// An endpoint that never waits is done after the first poll, and costs as much as a plain call. One that waits leaves
/// its thread, and is queued again when it is woken.
pub(crate) struct Task {
    queue: Arc<Queue>,
    /// One of the constants below.
    state: AtomicU8,
    /// The page, while it waits. Never contended: the state only lets one thread poll.
    page: Mutex<Option<(PageRef, Work)>>,
}

/// Waiting to be woken.
const WAITING: u8 = 0;
/// In the queue.
const QUEUED: u8 = 1;
/// Being polled.
const POLLED: u8 = 2;
/// Being polled, and woken in the meantime: it will be queued again.
const WOKEN: u8 = 3;

/// Polls a page for the first time; returns true if it is done.
///
/// `spare` is the unused task of a previous page: most pages need none, since nobody keeps their waker.
pub(crate) fn start(
    build: &Build,
    place: PageRef,
    work: Work,
    spare: &mut Option<Arc<Task>>,
) -> bool {
    let mut task = spare.take().unwrap_or_else(|| {
        let queue = Arc::clone(&build.queue);
        Arc::new(Task { queue, state: AtomicU8::new(POLLED), page: Mutex::new(None) })
    });
    let is_done = poll(build, &task, place, work);
    let is_unknown = is_done && Arc::get_mut(&mut task).is_some();
    *spare = is_unknown.then_some(task);
    is_done
}

/// Polls a page that was woken. Returns the index of its route, and whether it is done.
pub(crate) fn poll_again(build: &Build, task: &Arc<Task>) -> (usize, bool) {
    let page = task.page.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some((place, work)) = page else { return (0, false) };
    // A swap and not a store: the poll must see everything that was written before `wake` was called.
    task.state.swap(POLLED, AcqRel);
    let route_index = place.route_index;
    (route_index, poll(build, task, place, work))
}

/// Polls a page; returns true if it is done.
fn poll(build: &Build, task: &Arc<Task>, place: PageRef, mut work: Work) -> bool {
    let waker = Waker::from(Arc::clone(task));
    let mut context = Context::from_waker(&waker);
    let polled = build.runtime.within(|| {
        failure::within_page(&place, || {
            catch_unwind(AssertUnwindSafe(|| {
                // Inside the call, since formatting an error runs code of the page, too.
                let failed = |error| Failure::failed(&place, &error);
                work.as_mut().poll(&mut context).map_err(failed)
            }))
        })
    });
    let rendered = match polled {
        Ok(Poll::Pending) => {
            *task.page.lock().unwrap_or_else(PoisonError::into_inner) = Some((place, work));
            if task.state.compare_exchange(POLLED, WAITING, AcqRel, Acquire).is_err() {
                task.state.store(QUEUED, Release);
                task.queue.push_woken(Arc::clone(task));
            }
            return false;
        }
        Ok(Poll::Ready(rendered)) => rendered,
        Err(panic) => {
            let failure = Failure::panicked(build.site.folder, &place, &*panic);
            error::discard(panic);
            Err(failure)
        }
    };
    finish(build, &place, work, rendered);
    true
}

/// Writes a rendered page, and drops its future.
fn finish(build: &Build, place: &PageRef, work: Work, rendered: Result<Rendered, Failure>) {
    // Inside the call, since the future and the response may contain values with `Drop` code of the page.
    let finished = failure::within_page(place, || {
        catch_unwind(AssertUnwindSafe(|| {
            drop(work);
            rendered.and_then(|rendered| render::finish(build, place, rendered))
        }))
    });
    match finished {
        Ok(Ok(())) => {}
        Ok(Err(failure)) => build.failures.push(failure),
        Err(panic) => {
            build.failures.push(Failure::panicked(build.site.folder, place, &*panic));
            error::discard(panic);
        }
    }
    build.progress.done();
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
            queue.push_woken(self);
        }
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("state", &self.state).finish_non_exhaustive()
    }
}
