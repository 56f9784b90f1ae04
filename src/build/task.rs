//! A page in the works: a future that is polled on rayon's threads, and holds none while it waits.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Instant;

use super::Build;
use super::failure::{self, Failure, Place};

type Work = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

/// A page in the works.
///
/// The first poll runs at once on the thread that starts it: an endpoint that never waits costs what a plain
/// call does. One that waits leaves its thread, and is polled again by whichever is free once it is woken.
pub(super) struct Task {
    build: Arc<Build>,
    place: Place,
    /// `None` once it is done. The lock is also what keeps a task that is woken while it is polled from being
    /// polled twice at a time.
    work: Mutex<Option<Work>>,
}

/// Starts a page on a thread of the pool. Its room in the gate is given back when it is done.
pub(super) fn start(
    build: &Arc<Build>,
    place: Place,
    work: impl Future<Output = Result<(), Failure>> + Send + 'static,
) {
    let work: Mutex<Option<Work>> = Mutex::new(Some(Box::pin(work)));
    poll_on_pool(Arc::new(Task { build: Arc::clone(build), place, work }));
}

fn poll_on_pool(task: Arc<Task>) {
    let build = Arc::clone(&task.build);
    build.pool.spawn(move || poll(&task));
}

fn poll(task: &Arc<Task>) {
    let mut slot = task.work.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(mut work) = slot.take() else { return };
    let waker = Waker::from(Arc::clone(task));
    let mut context = Context::from_waker(&waker);
    let build = &task.build;
    let started = Instant::now();
    let polled = build.runtime.within(|| {
        failure::within_page(|| catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(&mut context))))
    });
    let tally = &build.tallies[task.place.route_index];
    tally.add_time(started.elapsed());
    match polled {
        Ok(Poll::Pending) => {
            *slot = Some(work);
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
        poll_on_pool(self);
    }
}
