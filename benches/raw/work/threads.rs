//! How work is shared: each thread gets one contiguous part.

use std::io;
use std::ops::Range;
use std::thread;

/// The number of threads.
pub(crate) fn count() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Processes all of `0..count`, one contiguous part in each thread.
pub(crate) fn in_parts(
    count: usize,
    work: impl Fn(Range<usize>) -> io::Result<()> + Sync,
) -> io::Result<()> {
    in_parts_of(self::count(), count, work)
}

/// The same with a given number of threads.
pub(crate) fn in_parts_of(
    threads: usize,
    count: usize,
    work: impl Fn(Range<usize>) -> io::Result<()> + Sync,
) -> io::Result<()> {
    let work = &work;
    let part = |thread: usize| thread * count / threads..(thread + 1) * count / threads;
    thread::scope(|scope| {
        let started: Vec<_> =
            (0..threads).map(|thread| scope.spawn(move || work(part(thread)))).collect();
        started.into_iter().try_for_each(|thread| thread.join().expect("no work panics"))
    })
}
