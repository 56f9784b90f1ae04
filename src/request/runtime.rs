//! The runtime that drives timers and sockets while endpoints wait: tokio if it is compiled in. Otherwise, endpoints
//! must bring their own.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use anyhow::Result;

/// The runtime for timers and sockets.
#[derive(Debug)]
pub(crate) struct Runtime {
    /// It is only `None` during the drop.
    #[cfg(feature = "tokio")]
    tokio: Option<tokio::runtime::Runtime>,
}

impl Runtime {
    #[cfg(feature = "tokio")]
    pub(crate) fn new() -> Result<Self> {
        // One thread drives timers and sockets. Pages are rendered by rayon.
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.thread_name("kiln-tokio").enable_all();
        Ok(Runtime { tokio: Some(start_tokio(&mut builder, 1)?) })
    }

    #[cfg(not(feature = "tokio"))]
    #[expect(clippy::unnecessary_wraps, reason = "starting tokio can fail")]
    pub(crate) fn new() -> Result<Self> {
        Ok(Runtime {})
    }

    /// Calls a function whose futures may use the timers and sockets of the runtime.
    #[cfg_attr(
        not(feature = "tokio"),
        expect(clippy::unused_self, reason = "tokio is not compiled in")
    )]
    pub(crate) fn within<T>(&self, call: impl FnOnce() -> T) -> T {
        #[cfg(feature = "tokio")]
        let _entered = self.tokio.as_ref().map(tokio::runtime::Runtime::enter);
        call()
    }
}

/// Starts a tokio runtime.
///
/// # Errors
///
/// Fails if tokio cannot start, including the cases in which it would panic because the system refuses threads.
#[cfg(feature = "tokio")]
pub(crate) fn start_tokio(
    builder: &mut tokio::runtime::Builder,
    workers: usize,
) -> Result<tokio::runtime::Runtime> {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use anyhow::{Context as _, anyhow};

    use crate::page::error;
    use crate::request::panics::unprinted;

    try_threads(workers).context("cannot start tokio")?;
    builder.worker_threads(workers);
    let started = unprinted(|| catch_unwind(AssertUnwindSafe(|| builder.build())));
    let started = match started {
        Ok(started) => started.map_err(anyhow::Error::from),
        Err(panic) => Err(anyhow!(error::take_panic(panic))),
    };
    started.context("cannot start tokio")
}

/// Starts and ends this number of threads, to see whether the system allows them. If it refused one of several workers,
/// tokio would panic while it starts, and then wait forever for the others.
#[cfg(feature = "tokio")]
fn try_threads(count: usize) -> std::io::Result<()> {
    let gate = std::sync::Mutex::new(());
    let closed = gate.lock();
    thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, || drop(gate.lock())).map(drop);
        let started = (0..count).try_for_each(start);
        // All threads exist at the same time up to here.
        drop(closed);
        started
    })
}

#[cfg(feature = "tokio")]
impl Drop for Runtime {
    /// Does not wait: a finished build must not wait for a name lookup that is still running.
    fn drop(&mut self) {
        if let Some(tokio) = self.tokio.take() {
            tokio.shutdown_background();
        }
    }
}

/// Runs a future to completion on this thread.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let unpark = Arc::new(Unpark { thread: thread::current(), is_woken: AtomicBool::new(false) });
    let waker = Waker::from(Arc::clone(&unpark));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            // The future may have parked this thread itself, and consumed the token of `unpark`.
            Poll::Pending => {
                while !unpark.is_woken.swap(false, Acquire) {
                    thread::park();
                }
            }
        }
    }
}

/// Wakes the waiting thread.
struct Unpark {
    thread: Thread,
    is_woken: AtomicBool,
}

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.is_woken.store(true, Release);
        self.thread.unpark();
    }
}

/// Runs a future with the timers and sockets of tokio: those of the caller's runtime, or else of a runtime for the
/// whole process.
#[cfg(feature = "tokio")]
pub(crate) async fn with_timers<T>(future: impl Future<Output = T>) -> T {
    static SHARED: std::sync::OnceLock<Option<Runtime>> = std::sync::OnceLock::new();
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        let shared = match tokio::runtime::Handle::try_current() {
            Ok(_) => None,
            // If the system refuses its threads, a page that needs tokio gets an error from tokio.
            Err(_) => SHARED.get_or_init(|| Runtime::new().ok()).as_ref(),
        };
        match shared {
            Some(runtime) => runtime.within(|| future.as_mut().poll(context)),
            None => future.as_mut().poll(context),
        }
    })
    .await
}

/// Runs a future. Without tokio, there is no runtime to enter.
#[cfg(not(feature = "tokio"))]
pub(crate) async fn with_timers<T>(future: impl Future<Output = T>) -> T {
    future.await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_on_waits_until_it_is_woken() {
        let mut polls = 0;
        let output = block_on(std::future::poll_fn(|context| {
            polls += 1;
            if polls == 2 {
                return Poll::Ready("woken");
            }
            let waker = context.waker().clone();
            thread::spawn(move || waker.wake());
            Poll::Pending
        }));
        assert_eq!(output, "woken");
    }
}
