//! Work on a long list of files, some of them at a time and on all threads.

use anyhow::Result;
use rayon::ThreadPoolBuilder;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

/// How many are handed to a thread at once: those of one folder stay together, mostly.
const BATCH: usize = 256;
/// How many are in memory at once.
const WINDOW: usize = 64 * BATCH;

/// Calls a function for all items of a list, batch by batch.
///
/// # Errors
///
/// The first of the list or of the function; some batches may have been worked on then, and others not.
pub(crate) fn each<T: Send + Sync>(
    mut list: impl Iterator<Item = Result<T>>,
    work: impl Fn(&[T]) -> Result<()> + Sync,
) -> Result<()> {
    loop {
        let window = list.by_ref().take(WINDOW).collect::<Result<Vec<T>>>()?;
        if window.is_empty() {
            return Ok(());
        }
        let batches: Vec<&[T]> = window.chunks(BATCH).collect();
        on_pool(|| batches.par_iter().try_for_each(|batch| work(batch)))?;
    }
}

/// Calls a function whose parallel work is done by the threads of the build; before and after that, by as many as there are
/// cores.
///
/// Rayon's own pool is started by whoever uses it first, and panics where the system refuses a thread. Then this thread does it
/// all.
pub(crate) fn on_pool<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if rayon::current_thread_index().is_some() {
        return work();
    }
    let alone = || ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
    match ThreadPoolBuilder::new().build().or_else(|_| alone()) {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}
