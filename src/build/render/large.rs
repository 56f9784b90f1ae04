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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use anyhow::Result;
    use axum::response::IntoResponse;
    use bytes::Bytes;

    use crate::page::context::Context;
    use crate::page::route::{Endpoint, ResponseFuture, Route};
    use crate::page::static_path::{Sink, StaticPages, StaticPath};
    use crate::routing::params::RawParams;
    use crate::site::Site;
    use crate::support::{self, CONFIG, built, leak};

    const PAGES: u8 = 8;
    const LENGTH: usize = 2 << 20;

    /// The number of bodies in memory, and the most at once.
    static BODIES: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);

    /// A body that counts.
    struct Counted(Vec<u8>);

    impl Counted {
        fn new(number: u8, length: usize) -> Self {
            let count = BODIES.fetch_add(1, SeqCst) + 1;
            MOST.fetch_max(count, SeqCst);
            Counted(vec![number; length])
        }
    }

    impl AsRef<[u8]> for Counted {
        fn as_ref(&self) -> &[u8] {
            &self.0
        }
    }

    impl Drop for Counted {
        fn drop(&mut self) {
            BODIES.fetch_sub(1, SeqCst);
        }
    }

    fn page(_: &Context, _: RawParams, number: u8) -> ResponseFuture<'_> {
        let length = if number % 3 == 2 { 9 } else { LENGTH };
        Box::pin(async move { Ok(Bytes::from_owner(Counted::new(number, length)).into_response()) })
    }

    fn pages(_: &'static Route, sink: &mut Sink<'_>) -> Result<()> {
        let path = |number| StaticPath::<RawParams>::new([("a", number)]).props(number);
        StaticPages::<RawParams>::send((0..PAGES).map(path), sink, page)
    }

    #[test]
    fn large_pages_are_written_one_at_a_time() {
        let route = Route {
            endpoints: leak([("GET", Endpoint::OnStaticPaths(pages))]),
            ..*support::route("/[a].bin", CONFIG)
        };
        let routes = vec![route].leak();
        let site = |folder| leak(Site { folder, routes, ..support::site(&[], CONFIG) });
        let files = built::build(site).expect("a build");
        for number in 0..PAGES {
            let length = if number % 3 == 2 { 9 } else { LENGTH };
            assert!(files[&format!("{number}.bin")] == vec![number; length], "{number}");
        }
        assert_eq!(BODIES.load(SeqCst), 0);
        assert!(MOST.load(SeqCst) <= 2, "{MOST:?}");
    }
}
