//! Pages that wake themselves until all of them were polled: a page that is woken must not be ahead of those that
//! were there before.

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::Poll;

use kiln::prelude::*;

/// With the thousand pages that wait for each other, no more than may be in flight at once.
const PAGES: usize = 20;
static POLLED: AtomicUsize = AtomicUsize::new(0);

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    (0..PAGES).map(|n| StaticPath::new([("n", n)]))
}

pub async fn get() -> &'static str {
    POLLED.fetch_add(1, SeqCst);
    poll_fn(|context| {
        if POLLED.load(SeqCst) == PAGES {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
    "all are here\n"
}
