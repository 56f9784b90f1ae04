//! The signals that end a server.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::oneshot;

/// Starts to catch the signals: Ctrl-C, and SIGTERM where there is one.
///
/// The first of the results resolves after the first signal: open requests are answered. The second resolves after the second signal:
/// the process ends at once.
///
/// A thread of its own waits for them, so that pages that block all threads of the server cannot keep it from stopping. For the
/// same reason the server acts after `patience` as if there had been a second signal.
pub(super) fn listen(patience: Duration) -> Result<[oneshot::Receiver<()>; 2]> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("cannot wait for the signal to stop")?;
    let (stop, stopping) = oneshot::channel();
    let (end, ending) = oneshot::channel();
    let mut next = {
        let _in_runtime = runtime.enter();
        signals().context("cannot wait for the signal to stop")?
    };
    let wait = move || {
        runtime.block_on(async {
            next().await;
            let _ = stop.send(());
            let _ = tokio::time::timeout(patience, next()).await;
            let _ = end.send(());
        });
    };
    let thread = std::thread::Builder::new().name("kiln-signals".to_owned()).spawn(wait);
    thread.context("cannot start the thread that waits for signals")?;
    Ok([stopping, ending])
}

/// Starts to catch the signals. Each call of the function waits for the next one.
#[cfg(unix)]
fn signals() -> std::io::Result<impl AsyncFnMut()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn signals() -> std::io::Result<impl AsyncFnMut()> {
    Ok(async || drop(tokio::signal::ctrl_c().await))
}
