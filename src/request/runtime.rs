//! What drives timers and sockets while endpoints wait: tokio where it is compiled in, otherwise whatever
//! the endpoint brings along.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use anyhow::Result;

/// Drives timers and sockets in the background.
#[derive(Debug)]
pub(crate) struct Runtime {
    /// `None` only while it is dropped.
    #[cfg(feature = "tokio")]
    tokio: Option<tokio::runtime::Runtime>,
}

impl Runtime {
    #[cfg(feature = "tokio")]
    pub(crate) fn new() -> Result<Self> {
        // One thread waits for timers and sockets; rendering itself is rayon's.
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.thread_name("kiln-tokio").enable_all();
        Ok(Runtime { tokio: Some(start_tokio(&mut builder, 1)?) })
    }

    #[cfg(not(feature = "tokio"))]
    #[expect(clippy::unnecessary_wraps, reason = "starting tokio can fail")]
    pub(crate) fn new() -> Result<Self> {
        Ok(Runtime {})
    }

    /// Calls a function whose futures may use the timers and sockets of this runtime.
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

/// Starts a runtime of tokio.
///
/// # Errors
///
/// Where the system refuses its first thread, too, of which tokio panics.
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

/// Starts and ends as many threads as there will be workers. Where the system refuses one of several workers, tokio panics while
/// it starts, and waits for ever for those that run.
#[cfg(feature = "tokio")]
fn try_threads(count: usize) -> std::io::Result<()> {
    let gate = std::sync::Mutex::new(());
    let closed = gate.lock();
    thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, || drop(gate.lock())).map(drop);
        let started = (0..count).try_for_each(start);
        // All of them are there at once until now.
        drop(closed);
        started
    })
}

#[cfg(feature = "tokio")]
impl Drop for Runtime {
    /// Waits for nothing: a look-up of a name that is still under way is no business of a build that is done.
    fn drop(&mut self) {
        if let Some(tokio) = self.tokio.take() {
            tokio.shutdown_background();
        }
    }
}

/// Waits for a future on this thread, which sleeps while the future does.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let unpark = Arc::new(Unpark { thread: thread::current(), is_woken: AtomicBool::new(false) });
    let waker = Waker::from(Arc::clone(&unpark));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            // The future may have parked this thread itself, and taken the token that `unpark` left.
            Poll::Pending => {
                while !unpark.is_woken.swap(false, Acquire) {
                    thread::park();
                }
            }
        }
    }
}

/// Wakes the thread that waits.
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

/// Waits for a future that may use timers and sockets of tokio: those of the caller's runtime, or else of one for the whole process.
#[cfg(feature = "tokio")]
pub(crate) async fn with_timers<T>(future: impl Future<Output = T>) -> T {
    static SHARED: std::sync::OnceLock<Option<Runtime>> = std::sync::OnceLock::new();
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        let shared = match tokio::runtime::Handle::try_current() {
            Ok(_) => None,
            // Where the system refuses its threads, tokio says so to the page that needs them.
            Err(_) => SHARED.get_or_init(|| Runtime::new().ok()).as_ref(),
        };
        match shared {
            Some(runtime) => runtime.within(|| future.as_mut().poll(context)),
            None => future.as_mut().poll(context),
        }
    })
    .await
}

/// Waits for a future. Without tokio there is nothing to add.
#[cfg(not(feature = "tokio"))]
pub(crate) async fn with_timers<T>(future: impl Future<Output = T>) -> T {
    future.await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_until_it_is_woken() {
        let mut polls = 0;
        let answer = block_on(std::future::poll_fn(|context| {
            polls += 1;
            if polls == 2 {
                return Poll::Ready("woken");
            }
            let waker = context.waker().clone();
            thread::spawn(move || waker.wake());
            Poll::Pending
        }));
        assert_eq!(answer, "woken");
    }
}
