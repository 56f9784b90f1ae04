//! Pages that load what they share in parallel, the first of them for all: while it waits for its own threads, its
//! thread must not take up another page, which would ask for the same.

use std::future::poll_fn;
use std::sync::LazyLock;
use std::task::Poll;
use std::thread::yield_now;

use kiln::prelude::*;
use rayon::prelude::*;

static SHARED: LazyLock<usize> = LazyLock::new(|| {
    (0..256_usize)
        .into_par_iter()
        .map(|n| {
            yield_now();
            n
        })
        .sum()
});

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    (0..100).map(|n| StaticPath::new([("n", n)]))
}

pub async fn get() -> String {
    // A waker that is called while the page is inside of rayon.
    let (a, b) = poll_fn(|context| {
        let waker = context.waker().clone();
        let shared = *SHARED;
        let both = rayon::join(move || waker.wake(), move || shared);
        Poll::Ready(both)
    })
    .await;
    format!("{a:?} {b}\n")
}
