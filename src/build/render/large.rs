//! Writes large pages while the next ones are rendered.
//!
//! With several jobs, one thread writes while others render. With a single one, the processor that could render would wait for
//! the kernel to copy the bytes, which takes about as long as making them.

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use super::task::{Rendered, Work};
use super::worker::complete;
use crate::build::report::diagnostic::PageRef;
use crate::build::state::Build;

/// The bytes from which a page is large: writing them takes a hundred times as long as waking a thread.
const LARGE: u64 = 1 << 20;

/// A page that is written by the other thread. Its future is dropped there, too.
type Page = (PageRef, Work, Rendered);

/// A thread that writes large pages. It starts with the first of them.
#[derive(Debug)]
pub(super) struct LargePages {
    /// Whether there is a processor for it.
    is_used: bool,
    writer: Option<Writer>,
}

#[derive(Debug)]
struct Writer {
    pages: SyncSender<Page>,
    thread: JoinHandle<()>,
}

impl LargePages {
    pub(super) fn new(jobs: usize) -> Self {
        let has_processor = || thread::available_parallelism().is_ok_and(|count| count.get() > 1);
        LargePages { is_used: jobs == 1 && has_processor(), writer: None }
    }

    /// Returns true if and only if another thread writes a page.
    pub(super) fn is_for(&self, rendered: &Rendered) -> bool {
        self.is_used && rendered.content.length() >= LARGE
    }

    /// Passes a page on. It waits until the previous page is written, so there are at most two in memory.
    pub(super) fn write(&mut self, build: &Arc<Build>, page: Page) {
        if self.writer.is_none() {
            self.writer = Writer::start(build);
            self.is_used = self.writer.is_some();
        }
        let unsent = match &self.writer {
            Some(writer) => writer.pages.send(page).err().map(|unsent| unsent.0),
            None => Some(page),
        };
        if let Some((place, work, rendered)) = unsent {
            complete(build, &place, work, Ok(rendered));
        }
    }

    /// Waits until all pages are written.
    pub(super) fn finish(self) {
        let Some(Writer { pages, thread }) = self.writer else { return };
        drop(pages);
        // The panics of a page are caught before.
        let _ = thread.join();
    }
}

impl Writer {
    /// Starts the thread; `None` if the system refuses it.
    fn start(build: &Arc<Build>) -> Option<Self> {
        let (pages, received) = sync_channel::<Page>(0);
        let build = Arc::clone(build);
        let write = move || {
            build.runtime.within(|| {
                for (place, work, rendered) in received {
                    complete(&build, &place, work, Ok(rendered));
                }
            });
        };
        let thread = thread::Builder::new().name("kiln-large".to_owned()).spawn(write).ok()?;
        Some(Writer { pages, thread })
    }
}
