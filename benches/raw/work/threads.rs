//! How work is shared: a thread a core, each with one contiguous part.

use std::io;
use std::ops::Range;
use std::thread;

/// How many threads do the work.
pub(crate) fn count() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Does all of `0..count`, each thread one contiguous part of it.
pub(crate) fn in_parts(
    count: usize,
    work: impl Fn(Range<usize>) -> io::Result<()> + Sync,
) -> io::Result<()> {
    in_parts_of(self::count(), count, work)
}

/// The same with that many threads.
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
