//! The threads that resize images.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::mpsc::sync_channel;

use anyhow::{Context, Result, anyhow};
use bytes::Bytes;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

use super::gate::Gate;
use super::header::Header;
use super::resize;
use super::resized::Variant;
use crate::assets::body::Body;
use crate::assets::cache::Room;

/// The threads that resize. They are not those that render pages: a page that waits for an image would keep its thread from helping.
///
/// A thread that asks for an image blocks until it is made, and does nothing else meanwhile. The threads that resize wait for nothing
/// but each other. So no thread can come to wait for an image that it is making itself.
#[derive(Debug, Default)]
pub(super) struct Workers {
    /// The number of threads; one for each core if it is 0.
    pub(super) threads: usize,
    gate: Gate,
    pool: OnceLock<Result<ThreadPool, ThreadPoolBuildError>>,
}

impl Workers {
    /// Threads that start once the first image is resized.
    pub(super) fn new(threads: usize) -> Self {
        Workers { threads, ..Workers::default() }
    }

    /// The bodies of all variants, in order. Those that the cache does not have are made, from pixels that are decoded once.
    ///
    /// # Errors
    ///
    /// Fails if the image is broken, or if the threads cannot be started.
    pub(super) fn bodies(
        &self,
        room: &Room,
        bytes: Vec<u8>,
        header: &Header,
        variants: &[Variant],
    ) -> Result<Vec<Body>> {
        let cached = |variant: &Variant| room.file(&variant.key, variant.format.extension());
        let mut bodies: Vec<Option<Body>> =
            variants.iter().map(|variant| cached(variant).map(Body::File)).collect();
        let missing = variants.iter().zip(&bodies).filter(|(_, body)| body.is_none());
        let missing: Vec<Variant> = missing.map(|(variant, _)| *variant).collect();
        let mut made = self.encode(bytes, *header, missing)?.into_iter();
        for (variant, body) in variants.iter().zip(&mut bodies) {
            if body.is_none() {
                let bytes = made.next().context("a size is missing, this is a bug in kiln")?;
                *body = Some(store(room, variant, bytes));
            }
        }
        Ok(bodies.into_iter().flatten().collect())
    }

    fn encode(
        &self,
        bytes: Vec<u8>,
        header: Header,
        variants: Vec<Variant>,
    ) -> Result<Vec<Vec<u8>>> {
        if variants.is_empty() {
            return Ok(vec![]);
        }
        let _admission = self.gate.admit(header.pixels());
        self.run(move || {
            // A decoder that panics has found an image that it does not understand.
            catch_unwind(AssertUnwindSafe(|| encode_all(&bytes, &header, &variants)))
                .unwrap_or_else(|_| Err(anyhow!("the image is broken: its decoder panicked")))
        })
    }

    /// Runs work on the threads, and blocks until it is done.
    ///
    /// `ThreadPool::install` would not do: on a thread of another pool, it takes up other work of that pool in the meantime. This could
    /// ask for the image that the thread is making, or wait at the gate for it to be done, and would wait forever.
    fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let pool = match self.pool() {
            Ok(pool) => pool,
            Err(error) => return Err(anyhow!("cannot start the threads that resize: {error}")),
        };
        let (sender, receiver) = sync_channel(1);
        pool.spawn(move || {
            // The receiver waits.
            let _ = sender.send(work());
        });
        receiver.recv().context("a thread that resizes has ended, this is a bug in kiln")?
    }

    fn pool(&self) -> &Result<ThreadPool, ThreadPoolBuildError> {
        let name = |at| format!("image-{at}");
        let start = || ThreadPoolBuilder::new().num_threads(self.threads).thread_name(name).build();
        self.pool.get_or_init(start)
    }
}

/// Encodes all variants, from the narrowest, on the threads that resize.
fn encode_all(bytes: &[u8], header: &Header, variants: &[Variant]) -> Result<Vec<Vec<u8>>> {
    let image = resize::decode(bytes, header)?;
    let of_width = |variants: &[Variant]| -> Result<Vec<Vec<u8>>> {
        let image = image.resized(header, variants[0].width)?;
        variants.par_iter().map(|it| resize::encode(&image, it.format)).collect()
    };
    let widths: Vec<&[Variant]> = variants.chunk_by(|a, b| a.width == b.width).collect();
    let made: Result<Vec<_>> = widths.par_iter().map(|it| of_width(it)).collect();
    Ok(made?.concat())
}

/// Stores a new file in the cache, and keeps it in memory if that fails.
fn store(room: &Room, variant: &Variant, bytes: Vec<u8>) -> Body {
    match room.put_file(&variant.key, variant.format.extension(), &bytes) {
        Ok(file) => Body::File(file),
        Err(_) => Body::Bytes(Bytes::from(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use rayon::current_num_threads;

    #[test]
    fn images_have_as_many_threads_as_asked_for() {
        for threads in [1, 3] {
            let counted = Workers::new(threads).run(|| Ok(current_num_threads()));
            assert_eq!(counted.expect("threads"), threads);
        }
    }
}
