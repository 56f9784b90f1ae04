//! Work on a long list of files, some of them at a time and on all threads.

use anyhow::Result;
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
        batches.par_iter().try_for_each(|batch| work(batch))?;
    }
}
