//! The pages in flight, and the threads that poll them.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::engine::WorkerState;
use super::task::{self, Task};
use crate::build::render::{self, NewPage};
use crate::build::state::Build;

/// The most pages in flight: queued, rendering or waiting.
///
/// It limits the memory of a build, whatever `static_paths` returns, and the number of async endpoints that can wait at
/// the same time: a waiting page occupies no thread.
pub(crate) const MAX_PAGES: usize = 1024;

/// The room in the queue at which producers are woken: waking a thread for each page would cost more than a small page.
const WORTH_WAKING: usize = 256;

/// The longest sleep of producers: there may be less room than [`WORTH_WAKING`] while the pages in flight wait for one
/// that is not queued yet.
const MAX_SLEEP: Duration = Duration::from_millis(1);

/// The most pages that a thread takes at once. It takes no more than its share, so that others have work while it is
/// busy.
const MAX_TAKEN: usize = 64;

/// The pages in flight, first in, first out: a page that yields repeatedly does not starve others.
///
/// A separate queue and not jobs of the pool: a thread that waits for a page's own use of rayon would take another page
/// in the meantime, on top of the waiting one and with the locks that it holds.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    /// Notified when there is work, or no more to come.
    ready: Condvar,
    /// Notified when pages are done.
    left: Condvar,
}

#[derive(Debug, Default)]
struct State {
    ready: VecDeque<Ready>,
    /// The number of pages in flight.
    pages: usize,
    /// The number of threads that wait for work.
    idle: usize,
    is_closed: bool,
}

/// A page that can be polled.
#[derive(Debug)]
enum Ready {
    New(NewPage),
    Woken(Arc<Task>),
}

impl Queue {
    /// Adds a page as soon as there is room for it.
    ///
    /// Never called by a thread that renders: those make the room.
    pub(crate) fn push(&self, page: NewPage) {
        let mut state = self.state();
        while state.pages >= MAX_PAGES {
            let woken = self.left.wait_timeout(state, MAX_SLEEP);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.pages += 1;
        state.ready.push_back(Ready::New(page));
        if state.idle > 0 {
            self.ready.notify_one();
        }
    }

    /// Adds a page in flight that was woken.
    pub(crate) fn push_woken(&self, task: Arc<Task>) {
        let mut state = self.state();
        state.ready.push_back(Ready::Woken(task));
        if state.idle > 0 {
            self.ready.notify_one();
        }
    }

    /// Polls pages until the queue is closed.
    pub(crate) fn work(&self, build: &Arc<Build>, threads: usize) {
        let (mut taken, mut spare) = (Vec::new(), None);
        let worker = WorkerState::new(build.site, &build.writer.scratch());
        while self.take(&mut taken, threads) {
            let mut started = Instant::now();
            let mut done = 0;
            for ready in taken.drain(..) {
                let (route_index, is_done) = match ready {
                    Ready::New(page) => {
                        (page.place.route_index, render::start(build, &worker, page, &mut spare))
                    }
                    Ready::Woken(task) => task::poll_again(build, &task),
                };
                let now = Instant::now();
                build.tallies[route_index].add_time(now - started);
                started = now;
                done += usize::from(is_done);
            }
            if done == 0 {
                // They wait for something: let other threads run, and release the lock of this queue.
                thread::yield_now();
                continue;
            }
            self.leave(done);
        }
    }

    /// Waits until no page is in flight, and lets the threads finish. No page may be pushed afterwards.
    pub(crate) fn close(&self) {
        let state = self.state();
        let state = self.left.wait_while(state, |state| state.pages > 0);
        state.unwrap_or_else(PoisonError::into_inner).is_closed = true;
        self.ready.notify_all();
    }

    /// Frees the room of some pages.
    fn leave(&self, count: usize) {
        let mut state = self.state();
        let before = state.pages;
        state.pages -= count;
        let is_worth_waking = MAX_PAGES - WORTH_WAKING;
        if state.pages == 0 || (before > is_worth_waking && state.pages <= is_worth_waking) {
            self.left.notify_all();
        }
    }

    /// Waits for pages that can be polled and takes some; returns false if the queue is closed.
    fn take(&self, taken: &mut Vec<Ready>, threads: usize) -> bool {
        let mut state = self.state();
        while state.ready.is_empty() && !state.is_closed {
            state.idle += 1;
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
        let share = (state.ready.len() / (2 * threads)).clamp(1, MAX_TAKEN);
        let share = share.min(state.ready.len());
        taken.extend(state.ready.drain(..share));
        !taken.is_empty()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
