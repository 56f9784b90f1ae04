//! The pages that are ready to be polled, and the threads that poll them.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::Build;
use super::task::{self, Task};

/// The pages that are ready to be polled, first come first served.
///
/// A queue of kiln's own, and not the jobs of the pool: a thread that waits for a page's own use of rayon would
/// take up other pages meanwhile, on top of the one that waits, and with whatever that one has locked.
#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    ready: VecDeque<Arc<Task>>,
    is_closed: bool,
}

impl Queue {
    pub(super) fn push(&self, task: Arc<Task>) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).ready.push_back(task);
        self.changed.notify_one();
    }

    /// Polls pages as they come, until the queue is closed.
    pub(super) fn work(&self, build: &Build) {
        while let Some(task) = self.next() {
            task::poll(build, &task);
        }
    }

    /// Lets the threads go. No page may be in the works.
    pub(super) fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).is_closed = true;
        self.changed.notify_all();
    }

    fn next(&self) -> Option<Arc<Task>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let nothing_to_do = |state: &mut State| state.ready.is_empty() && !state.is_closed;
        let mut state =
            self.changed.wait_while(state, nothing_to_do).unwrap_or_else(PoisonError::into_inner);
        state.ready.pop_front()
    }
}
