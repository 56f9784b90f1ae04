//! How many pages are in the works at once.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// The most pages that are in the works at once: queued, rendering or waiting for something.
///
/// It bounds the memory of a build, whatever `static_paths` gives; and it is how many async endpoints can
/// wait at the same time, since a page that waits holds no thread.
pub(super) const MOST_PAGES: usize = 1024;

/// How many pages leave before those who wait for room are woken: waking a thread for each page costs more
/// than a small page does.
const WOKEN_EVERY: usize = 64;

/// How long those who wait for room sleep at the most: fewer than [`WOKEN_EVERY`] pages may have left, and the
/// others wait for the page that has no room.
const LONGEST_SLEEP: Duration = Duration::from_millis(1);

/// Counts the pages that are in the works.
#[derive(Debug, Default)]
pub(super) struct Gate {
    pages: Mutex<usize>,
    /// Told when pages have left.
    left: Condvar,
}

impl Gate {
    /// Waits until there is room for one more page, and takes it.
    ///
    /// Never called by a thread that renders: those are what makes room.
    pub(super) fn enter(&self) {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        while *pages >= MOST_PAGES {
            let woken = self.left.wait_timeout(pages, LONGEST_SLEEP);
            pages = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        *pages += 1;
    }

    /// Gives the room of a page back.
    pub(super) fn leave(&self) {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        *pages -= 1;
        // 0 is among the multiples, and wakes the one who waits for the end.
        if pages.is_multiple_of(WOKEN_EVERY) {
            self.left.notify_all();
        }
    }

    /// Waits until no page is in the works.
    pub(super) fn wait_until_empty(&self) {
        let pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.left.wait_while(pages, |pages| *pages > 0));
    }
}
