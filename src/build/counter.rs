//! A number that all threads count.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The number of parts. More threads share them.
const PARTS: usize = 4;

/// A number that threads add to for each page. Each adds to a part of its own: while all add to one number, each waits for its line
/// of the processor's cache.
#[derive(Debug, Default)]
pub(crate) struct Counter([Part; PARTS]);

#[derive(Debug, Default)]
#[repr(align(128))]
struct Part(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: u64) {
        let thread = rayon::current_thread_index().unwrap_or_default();
        self.0[thread % PARTS].0.fetch_add(count, Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.iter().map(|part| part.0.load(Relaxed)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_threads_count() {
        let counter = Counter::default();
        counter.add(7);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(6).build().expect("threads");
        pool.broadcast(|thread| (0..1_000).for_each(|_| counter.add(thread.index() as u64)));
        assert_eq!(counter.get(), 7 + 15_000);
    }
}
