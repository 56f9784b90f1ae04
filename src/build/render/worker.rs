//! The loop of a render thread: takes pages from the queue, and polls them.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Instant;

use super::engine::WorkerState;
use super::large::LargePages;
use super::page;
use super::task::{NewPage, Ready, Rendered, Task, Work};
use crate::build::report::diagnostic::{Diagnostic, PageRef};
use crate::build::report::page_ref::within_page;
use crate::build::state::Build;
use crate::page::error;

/// Polls pages until the queue is closed.
///
/// The runtime is entered once, and not for each page.
pub(crate) fn work(build: &Arc<Build>, threads: usize) {
    build.runtime.within(|| poll_pages(build, threads));
}

fn poll_pages(build: &Arc<Build>, threads: usize) {
    let mut taken = Vec::new();
    let mut worker = Worker::new(build, threads);
    while build.queue.take(&mut taken, threads) {
        let mut clock = Clock::start(build);
        let mut done = 0;
        for ready in taken.drain(..) {
            clock.switch(ready.route_index());
            let is_done = match ready {
                Ready::New(page) => worker.start(page),
                Ready::Woken(task) => worker.poll_again(&task),
            };
            done += usize::from(is_done);
        }
        drop(clock);
        if done == 0 {
            // All of them wait: yield to the thread that they wait for, and to others that need the lock of the queue.
            thread::yield_now();
            continue;
        }
        build.queue.leave(done);
    }
    worker.large.finish();
}

/// Adds the time of a thread to the routes of its pages: once for those of one route that follow each other, since all threads add
/// to the same numbers.
struct Clock<'a> {
    build: &'a Build,
    route_index: Option<usize>,
    since: Instant,
}

impl<'a> Clock<'a> {
    fn start(build: &'a Build) -> Self {
        Clock { build, route_index: None, since: Instant::now() }
    }

    /// Continues with a page of a route.
    fn switch(&mut self, route_index: Option<usize>) {
        if self.route_index == route_index {
            return;
        }
        let now = Instant::now();
        if let Some(before) = self.route_index {
            self.build.tallies[before].add_time(now - self.since);
        }
        (self.route_index, self.since) = (route_index, now);
    }
}

impl Drop for Clock<'_> {
    fn drop(&mut self) {
        self.switch(None);
    }
}

/// A thread that renders.
struct Worker<'a> {
    build: &'a Arc<Build>,
    state: WorkerState,
    /// The task of the previous page. Most pages can reuse it, because nothing has kept a waker of it.
    spare: Option<Arc<Task>>,
    large: LargePages,
}

impl<'a> Worker<'a> {
    fn new(build: &'a Arc<Build>, jobs: usize) -> Self {
        let state = WorkerState::new(build.site, &build.assets, &build.writer.scratch());
        Worker { build, state, spare: None, large: LargePages::new(jobs) }
    }

    /// Begins a page, and polls it for the first time. Returns true if and only if it is done.
    fn start(&mut self, page: NewPage) -> bool {
        let build = self.build;
        let Some((place, work)) = page::begin(build, &self.state, page) else {
            build.progress.done();
            return true;
        };
        let mut task = self.spare.take().unwrap_or_else(|| Task::new(&build.queue));
        let is_done = self.poll(&task, place, work);
        let is_unused = is_done && Arc::get_mut(&mut task).is_some();
        self.spare = is_unused.then_some(task);
        is_done
    }

    /// Polls a woken page. Returns true if and only if it is done.
    fn poll_again(&mut self, task: &Arc<Task>) -> bool {
        let Some((place, work)) = task.resume() else { return false };
        self.poll(task, place, work)
    }

    /// Polls a page. Returns true if and only if it is done.
    fn poll(&mut self, task: &Arc<Task>, place: PageRef, mut work: Work) -> bool {
        let build = self.build;
        let waker = Waker::from(Arc::clone(task));
        let mut context = Context::from_waker(&waker);
        // Nearly all pages are written in the same call.
        let left = within_page(&place, || {
            let polled = catch_unwind(AssertUnwindSafe(|| {
                // Inside of the call, because formatting an error runs code of the page.
                let failed = |error| Diagnostic::failed(&place, &error);
                work.as_mut().poll(&mut context).map_err(failed)
            }));
            match polled {
                Ok(Poll::Pending) => Some((work, None)),
                Ok(Poll::Ready(Ok(rendered))) if self.large.is_for(&rendered) => {
                    Some((work, Some(rendered)))
                }
                Ok(Poll::Ready(rendered)) => {
                    complete_within(build, &place, work, rendered);
                    None
                }
                Err(panic) => {
                    let failure = panicked(build, &place, panic);
                    complete_within(build, &place, work, Err(failure));
                    None
                }
            }
        });
        match left {
            Some((work, None)) => {
                task.wait(place, work);
                return false;
            }
            Some((work, Some(rendered))) => self.large.write(build, (place, work, rendered)),
            None => {}
        }
        true
    }
}

/// Writes a page that was rendered, and reports a failure.
pub(super) fn complete(
    build: &Build,
    place: &PageRef,
    work: Work,
    rendered: Result<Rendered, Diagnostic>,
) {
    within_page(place, || complete_within(build, place, work, rendered));
}

/// Does the same within a call of the page.
fn complete_within(
    build: &Build,
    place: &PageRef,
    work: Work,
    rendered: Result<Rendered, Diagnostic>,
) {
    // Inside of the call, because dropping the future and the response may run code of the page.
    let finished = catch_unwind(AssertUnwindSafe(|| {
        drop(work);
        page::finish(build, place, rendered?)
    }));
    if let Err(failure) = finished.unwrap_or_else(|panic| Err(panicked(build, place, panic))) {
        build.failures.push(failure);
    }
    build.progress.done();
}

/// The failure of a page that has panicked.
fn panicked(build: &Build, place: &PageRef, panic: Box<dyn Any + Send>) -> Diagnostic {
    let failure = Diagnostic::panicked(build.site.folder, place, &*panic);
    error::discard(panic);
    failure
}
