//! The pages in the works, and the threads that poll them.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::engine::Workplace;
use super::task::{self, Task};
use crate::build::render::{self, NewPage};
use crate::build::state::Build;

/// The most pages that are in the works at once: queued, rendering or waiting for something.
///
/// It bounds the memory of a build, whatever `static_paths` gives; and it is how many async endpoints can
/// wait at the same time, since a page that waits holds no thread.
pub(crate) const MOST_PAGES: usize = 1024;

/// How much room there is before those who wait for it are woken: waking a thread for each page costs more than a
/// small page does.
const WORTH_WAKING: usize = 256;

/// How long those who wait for room sleep at the most: there may be less room than [`WORTH_WAKING`] for as long as the
/// others wait for the page that has none.
const LONGEST_SLEEP: Duration = Duration::from_millis(1);

/// The most pages that a thread takes at once. It takes no more than its share of what is there, or the others would
/// have nothing to do while it is busy.
const MOST_TAKEN: usize = 64;

/// The pages in the works, first come first served: one that yields again and again keeps no other from its turn.
///
/// A queue of kiln's own, and not the jobs of the pool: a thread that waits for a page's own use of rayon would
/// take up other pages meanwhile, on top of the one that waits, and with whatever that one has locked.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    /// Told when there is something to do, or nothing any more.
    ready: Condvar,
    /// Told when pages have left.
    left: Condvar,
}

#[derive(Debug, Default)]
struct State {
    ready: VecDeque<Ready>,
    /// How many pages are in the works.
    pages: usize,
    /// How many threads wait for something to do.
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
    /// Adds a page, as soon as there is room for it.
    ///
    /// Never called by a thread that renders: those are what makes room.
    pub(crate) fn push(&self, page: NewPage) {
        let mut state = self.state();
        while state.pages >= MOST_PAGES {
            let woken = self.left.wait_timeout(state, LONGEST_SLEEP);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.pages += 1;
        state.ready.push_back(Ready::New(page));
        if state.idle > 0 {
            self.ready.notify_one();
        }
    }

    /// Adds a page that has been in the works and was woken.
    pub(crate) fn push_woken(&self, task: Arc<Task>) {
        let mut state = self.state();
        state.ready.push_back(Ready::Woken(task));
        if state.idle > 0 {
            self.ready.notify_one();
        }
    }

    /// Polls pages as they come, until the queue is closed.
    pub(crate) fn work(&self, build: &Arc<Build>, threads: usize) {
        let (mut taken, mut spare) = (Vec::new(), None);
        let workplace = Workplace::new(build.site, &build.writer.scratch());
        while self.take(&mut taken, threads) {
            let mut started = Instant::now();
            let mut done = 0;
            for ready in taken.drain(..) {
                let (route_index, is_done) = match ready {
                    Ready::New(page) => {
                        (page.place.route_index, render::start(build, &workplace, page, &mut spare))
                    }
                    Ready::Woken(task) => task::poll_again(build, &task),
                };
                let now = Instant::now();
                build.tallies[route_index].add_time(now - started);
                started = now;
                done += usize::from(is_done);
            }
            if done == 0 {
                // They wait for something: let whoever makes it have its turn, and the lock of this queue.
                thread::yield_now();
                continue;
            }
            self.leave(done);
        }
    }

    /// Waits until no page is in the works, and lets the threads go. No page may be pushed any more.
    pub(crate) fn close(&self) {
        let state = self.state();
        let state = self.left.wait_while(state, |state| state.pages > 0);
        state.unwrap_or_else(PoisonError::into_inner).is_closed = true;
        self.ready.notify_all();
    }

    /// Gives the room of some pages back.
    fn leave(&self, count: usize) {
        let mut state = self.state();
        let before = state.pages;
        state.pages -= count;
        let is_worth_waking = MOST_PAGES - WORTH_WAKING;
        if state.pages == 0 || (before > is_worth_waking && state.pages <= is_worth_waking) {
            self.left.notify_all();
        }
    }

    /// Waits for pages that can be polled and takes some; false where the queue is closed.
    fn take(&self, taken: &mut Vec<Ready>, threads: usize) -> bool {
        let mut state = self.state();
        while state.ready.is_empty() && !state.is_closed {
            state.idle += 1;
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
        let share = (state.ready.len() / (2 * threads)).clamp(1, MOST_TAKEN);
        let share = share.min(state.ready.len());
        taken.extend(state.ready.drain(..share));
        !taken.is_empty()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
