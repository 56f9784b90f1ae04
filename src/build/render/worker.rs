//! The loop of a render thread: takes pages from the queue, and polls them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Instant;

use super::engine::WorkerState;
use super::page;
use super::task::{NewPage, Ready, Task, Work};
use crate::build::report::diagnostic::{Diagnostic, PageRef};
use crate::build::report::page_ref::within_page;
use crate::build::state::Build;
use crate::page::error;

/// Polls pages until the queue is closed.
pub(crate) fn work(build: &Arc<Build>, threads: usize) {
    let (mut taken, mut spare) = (Vec::new(), None);
    let worker = WorkerState::new(build.site, &build.writer.scratch());
    while build.queue.take(&mut taken, threads) {
        let mut started = Instant::now();
        let mut done = 0;
        for ready in taken.drain(..) {
            let (route_index, is_done) = match ready {
                Ready::New(page) => {
                    (page.place.route_index, start(build, &worker, page, &mut spare))
                }
                Ready::Woken(task) => poll_again(build, &task),
            };
            let now = Instant::now();
            build.tallies[route_index].add_time(now - started);
            started = now;
            done += usize::from(is_done);
        }
        if done == 0 {
            // All of them wait: yield to the thread that they wait for, and to others that need the lock of the queue.
            thread::yield_now();
            continue;
        }
        build.queue.leave(done);
    }
}

/// Begins a page, and polls it for the first time. Returns true if and only if it is done.
///
/// `spare` is the task of the previous page. Most pages can reuse it, because nothing has kept a waker of it.
fn start(
    build: &Build,
    worker: &WorkerState,
    page: NewPage,
    spare: &mut Option<Arc<Task>>,
) -> bool {
    let Some((place, work)) = page::begin(build, worker, page) else {
        build.progress.done();
        return true;
    };
    let mut task = spare.take().unwrap_or_else(|| Task::new(&build.queue));
    let is_done = poll(build, &task, place, work);
    let is_unused = is_done && Arc::get_mut(&mut task).is_some();
    *spare = is_unused.then_some(task);
    is_done
}

/// Polls a woken page. Returns the index of its route, and whether it is done.
fn poll_again(build: &Build, task: &Arc<Task>) -> (usize, bool) {
    let Some((place, work)) = task.resume() else { return (0, false) };
    let route_index = place.route_index;
    (route_index, poll(build, task, place, work))
}

/// Polls a page. Returns true if and only if it is done.
fn poll(build: &Build, task: &Arc<Task>, place: PageRef, mut work: Work) -> bool {
    let waker = Waker::from(Arc::clone(task));
    let mut context = Context::from_waker(&waker);
    let polled = build.runtime.within(|| {
        within_page(&place, || {
            catch_unwind(AssertUnwindSafe(|| {
                // Inside of the call, because formatting an error runs code of the page.
                let failed = |error| Diagnostic::failed(&place, &error);
                work.as_mut().poll(&mut context).map_err(failed)
            }))
        })
    });
    let rendered = match polled {
        Ok(Poll::Pending) => {
            task.wait(place, work);
            return false;
        }
        Ok(Poll::Ready(rendered)) => rendered,
        Err(panic) => {
            let failure = Diagnostic::panicked(build.site.folder, &place, &*panic);
            error::discard(panic);
            Err(failure)
        }
    };
    // Inside of the call, because dropping the future and the response may run code of the page.
    let finished = within_page(&place, || {
        catch_unwind(AssertUnwindSafe(|| {
            drop(work);
            rendered.and_then(|rendered| page::finish(build, &place, rendered))
        }))
    });
    match finished {
        Ok(Ok(())) => {}
        Ok(Err(failure)) => build.failures.push(failure),
        Err(panic) => {
            build.failures.push(Diagnostic::panicked(build.site.folder, &place, &*panic));
            error::discard(panic);
        }
    }
    build.progress.done();
    true
}
