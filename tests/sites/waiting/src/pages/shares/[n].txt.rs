//! Pages that load what they share in parallel, the first of them for all: while it waits for its own threads, its
//! thread must not take up another page, which would ask for the same.

use std::sync::LazyLock;
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
    tokio::task::yield_now().await;
    let (a, b) = rayon::join(|| *SHARED, || *SHARED);
    format!("{a} {b}\n")
}
