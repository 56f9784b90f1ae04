//! Parallel work on a long list of files, a window at a time.

use anyhow::Result;
use rayon::ThreadPoolBuilder;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

/// The items in a batch for one thread. Files of one folder mostly stay together.
const BATCH: usize = 256;
/// The items in memory at once.
const WINDOW: usize = 64 * BATCH;

/// Calls a function for all items of a list, in batches.
///
/// # Errors
///
/// Returns the first error of the list or of the function; some batches may have been processed then.
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

/// Calls a function whose parallel work runs on the threads of the build; before and after the build, on as many as
/// there are cores.
///
/// Rayon starts its own pool on first use, and panics if the system refuses a thread. In that case this thread does all
/// the work.
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
