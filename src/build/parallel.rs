//! Parallel work on the threads of the build.
//!
//! Rayon's functions are generic: each call with another closure is compiled on its own, in some 2,000 lines of LLVM IR. They
//! are called here alone, with closures behind references, and compiled once.

use anyhow::Result;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// The items in a batch for one thread. Files of one folder mostly stay together.
const BATCH: usize = 256;
/// The items in memory at once.
const WINDOW: usize = 64 * BATCH;

/// Calls a function for all items of a list, in batches and a window at a time.
///
/// # Errors
///
/// Returns the first error of the list or of the function; some batches may have been processed then.
pub(crate) fn in_batches<T: Send + Sync>(
    mut list: impl Iterator<Item = Result<T>>,
    work: impl Fn(&[T]) -> Result<()> + Sync,
) -> Result<()> {
    loop {
        let mut window = Vec::new();
        for item in list.by_ref().take(WINDOW) {
            window.push(item?);
        }
        if window.is_empty() {
            return Ok(());
        }
        let batches: Vec<&[T]> = window.chunks(BATCH).collect();
        for_each(&batches, |batch| work(batch))?;
    }
}

/// Calls a function for each item.
///
/// # Errors
///
/// Returns an error of the function; it is not called for some other items then.
pub(crate) fn for_each<T: Sync>(items: &[T], work: impl Fn(&T) -> Result<()> + Sync) -> Result<()> {
    for_each_index(items.len(), &|index| work(&items[index]))
}

/// Runs a function on a thread of a pool.
pub(crate) fn install<T: Send>(pool: &ThreadPool, work: impl FnOnce() -> T + Send) -> T {
    let (mut work, mut result) = (Some(work), None);
    install_erased(pool, &mut || result = work.take().map(|work| work()));
    result.expect("the pool has run the work")
}

/// Runs two functions, on two threads if one is free.
pub(crate) fn join<A: Send, B: Send>(
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    let (mut one, mut other) = (Some(one), Some(other));
    let (mut first, mut second) = (None, None);
    join_erased(&mut || first = one.take().map(|one| one()), &mut || {
        second = other.take().map(|other| other());
    });
    first.zip(second).expect("both have run")
}

type Erased<'a> = &'a mut (dyn FnMut() + Send);

/// Before and after a build, there are as many threads as cores.
///
/// Rayon starts its own pool on first use, and panics if the system refuses a thread. In that case this thread does all
/// the work.
fn for_each_index(count: usize, work: &(dyn Fn(usize) -> Result<()> + Sync)) -> Result<()> {
    let run = || (0..count).into_par_iter().try_for_each(work);
    if rayon::current_thread_index().is_some() {
        return run();
    }
    let alone = || ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
    match ThreadPoolBuilder::new().build().or_else(|_| alone()) {
        Ok(pool) => install(&pool, run),
        Err(_) => (0..count).try_for_each(work),
    }
}

fn install_erased(pool: &ThreadPool, work: Erased<'_>) {
    pool.install(work);
}

fn join_erased(one: Erased<'_>, other: Erased<'_>) {
    rayon::join(one, other);
}
