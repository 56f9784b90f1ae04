//! The queue of the pages in flight.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The most pages that are in flight at once: queued, rendering or waiting for something.
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

/// The pages in flight, first come first served: one that yields again and again keeps no other from its turn.
///
/// A queue of kiln's own, and not the jobs of the pool: a thread that waits for a page's own use of rayon would
/// take up other pages meanwhile, on top of the one that waits, and with whatever that one has locked.
#[derive(Debug)]
pub(crate) struct Queue<R> {
    state: Mutex<State<R>>,
    /// Notified when there is something to do, or nothing any more.
    ready: Condvar,
    /// Notified when pages have left.
    left: Condvar,
}

#[derive(Debug)]
struct State<R> {
    ready: VecDeque<R>,
    /// How many pages are in flight.
    pages: usize,
    /// How many threads wait for something to do.
    idle: usize,
    is_closed: bool,
}

impl<R> Default for Queue<R> {
    fn default() -> Self {
        let state = State { ready: VecDeque::new(), pages: 0, idle: 0, is_closed: false };
        Queue { state: Mutex::new(state), ready: Condvar::new(), left: Condvar::new() }
    }
}

impl<R> Queue<R> {
    /// Adds a page, as soon as there is room for it.
    ///
    /// Never called by a thread that renders: those are what makes room.
    pub(crate) fn push(&self, page: R) {
        let mut state = self.state();
        while state.pages >= MOST_PAGES {
            let woken = self.left.wait_timeout(state, LONGEST_SLEEP);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.pages += 1;
        state.ready.push_back(page);
        if state.idle > 0 {
            self.ready.notify_one();
        }
    }

    /// Adds a page that was in flight already and was woken.
    pub(crate) fn push_woken(&self, page: R) {
        let mut state = self.state();
        state.ready.push_back(page);
        if state.idle > 0 {
            self.ready.notify_one();
        }
    }

    /// Waits until no page is in flight, and lets the threads go. No page may be pushed any more.
    pub(crate) fn close(&self) {
        let state = self.state();
        let state = self.left.wait_while(state, |state| state.pages > 0);
        state.unwrap_or_else(PoisonError::into_inner).is_closed = true;
        self.ready.notify_all();
    }

    /// Gives the room of some pages back.
    pub(super) fn leave(&self, count: usize) {
        let mut state = self.state();
        let before = state.pages;
        state.pages -= count;
        let is_worth_waking = MOST_PAGES - WORTH_WAKING;
        if state.pages == 0 || (before > is_worth_waking && state.pages <= is_worth_waking) {
            self.left.notify_all();
        }
    }

    /// Waits for pages that can be polled and takes some; false where the queue is closed.
    pub(super) fn take(&self, taken: &mut Vec<R>, threads: usize) -> bool {
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

    fn state(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
