//! The queue of the pages in flight.
//!
//! The threads that render are rayon's, with one long job each, but the pages are not jobs of rayon. A thread that
//! waits inside of a page's own `par_iter` would take another page in the meantime, on top of the waiting one and with
//! the locks that it holds. A page may use rayon itself; its calls work on the thread that it is on.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The most pages in flight at once: queued, rendering or waiting.
///
/// It limits the memory of a build for a `static_paths` of any length, and the number of async endpoints that can wait
/// at the same time: a waiting page does not occupy a thread.
pub(crate) const MAX_PAGES: usize = 1024;

/// The room in the queue at which producers are woken: waking a thread for each page would cost more than a small page.
const WORTH_WAKING: usize = 256;

/// The longest sleep of producers: there may be less room than [`WORTH_WAKING`] while the pages in flight wait for one
/// that is not queued yet.
const MAX_SLEEP: Duration = Duration::from_millis(1);

/// The most pages that a thread takes at once. It takes no more than its share, so that others have work while it is
/// busy.
const MAX_TAKEN: usize = 256;

/// The pages in flight, first in, first out: a page that yields repeatedly does not starve others.
#[derive(Debug)]
pub(crate) struct Queue<R> {
    state: Mutex<State<R>>,
    /// Notified when there is work, or when there will be no more.
    ready: Condvar,
    /// Notified when pages are done.
    left: Condvar,
}

#[derive(Debug)]
struct State<R> {
    ready: VecDeque<R>,
    /// The number of pages in flight.
    pages: usize,
    /// The number of threads that wait for work.
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
    /// Adds a page as soon as there is room for it.
    ///
    /// It must not be called by a thread that renders, because those threads make room.
    pub(crate) fn push(&self, page: R) {
        let mut state = self.state();
        while state.pages >= MAX_PAGES {
            let woken = self.left.wait_timeout(state, MAX_SLEEP);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.pages += 1;
        state.ready.push_back(page);
        if state.idle > 0 {
            self.ready.notify_one();
        }
    }

    /// Adds a page again that was woken. It is already in flight.
    pub(crate) fn push_woken(&self, page: R) {
        let mut state = self.state();
        state.ready.push_back(page);
        if state.idle > 0 {
            self.ready.notify_one();
        }
    }

    /// Waits until no page is in flight, and releases the threads. No page may be pushed afterwards.
    pub(crate) fn close(&self) {
        let state = self.state();
        let state = self.left.wait_while(state, |state| state.pages > 0);
        state.unwrap_or_else(PoisonError::into_inner).is_closed = true;
        self.ready.notify_all();
    }

    /// Frees the room of some pages.
    pub(super) fn leave(&self, count: usize) {
        let mut state = self.state();
        let before = state.pages;
        state.pages -= count;
        let is_worth_waking = MAX_PAGES - WORTH_WAKING;
        if state.pages == 0 || (before > is_worth_waking && state.pages <= is_worth_waking) {
            self.left.notify_all();
        }
    }

    /// Waits for pages that can be polled and takes some; returns false if the queue is closed.
    pub(super) fn take(&self, taken: &mut Vec<R>, threads: usize) -> bool {
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

    fn state(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
