//! A page in the works: a future that holds no thread while it waits.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Instant;

use super::Build;
use super::failure::{self, Failure, Place};
use super::queue::Queue;

type Work = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

/// A page in the works.
///
/// An endpoint that never waits is done after the first poll, and costs what a plain call does. One that waits
/// leaves its thread, and is queued again when it is woken.
pub(super) struct Task {
    queue: Arc<Queue>,
    place: Place,
    /// One of the constants below.
    state: AtomicU8,
    /// `None` once it is done. Never contended: the state lets one thread at a time poll.
    work: Mutex<Option<Work>>,
}

/// Waits to be woken.
const WAITING: u8 = 0;
/// In the queue.
const QUEUED: u8 = 1;
/// Being polled.
const POLLED: u8 = 2;
/// Being polled, and woken meanwhile: to be queued again.
const WOKEN: u8 = 3;

/// Queues a page. Its room in the gate is given back when it is done.
pub(super) fn start(
    build: &Build,
    place: Place,
    work: impl Future<Output = Result<(), Failure>> + Send + 'static,
) {
    let work: Mutex<Option<Work>> = Mutex::new(Some(Box::pin(work)));
    let queue = Arc::clone(&build.queue);
    build.queue.push(Arc::new(Task { queue, place, state: AtomicU8::new(QUEUED), work }));
}

/// Polls a page that was in the queue.
pub(super) fn poll(build: &Build, task: &Arc<Task>) {
    let mut slot = task.work.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(mut work) = slot.take() else { return };
    task.state.store(POLLED, Release);
    let waker = Waker::from(Arc::clone(task));
    let mut context = Context::from_waker(&waker);
    let started = Instant::now();
    let polled = build.runtime.within(|| {
        failure::within_page(|| catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(&mut context))))
    });
    build.tallies[task.place.route_index].add_time(started.elapsed());
    match polled {
        Ok(Poll::Pending) => {
            *slot = Some(work);
            drop(slot);
            if task.state.compare_exchange(POLLED, WAITING, AcqRel, Acquire).is_err() {
                task.state.store(QUEUED, Release);
                task.queue.push(Arc::clone(task));
            }
            return;
        }
        Ok(Poll::Ready(Ok(()))) => {}
        Ok(Poll::Ready(Err(failure))) => build.failures.push(failure),
        Err(panic) => {
            build.failures.push(Failure::panicked(build.site.folder, &task.place, &*panic));
        }
    }
    // What the page held is gone before its room is.
    drop(work);
    build.progress.done();
    build.gate.leave();
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        let next = |state| match state {
            WAITING => Some(QUEUED),
            POLLED => Some(WOKEN),
            _ => None,
        };
        if self.state.fetch_update(AcqRel, Acquire, next) == Ok(WAITING) {
            let queue = Arc::clone(&self.queue);
            queue.push(self);
        }
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("place", &self.place).finish_non_exhaustive()
    }
}
