//! The signals that end a server.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::watch;

/// The state of a server that may be stopping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Running,
    /// After the first signal: open requests are answered.
    Stopping,
    /// After the second: the process ends at once.
    Stopped,
}

/// Waits for the signals: Ctrl-C, and SIGTERM where there is one.
#[derive(Debug, Clone)]
pub(super) struct Stop(watch::Receiver<Stage>);

impl Stop {
    /// Starts to catch the signals.
    ///
    /// A thread of its own waits for them, so that pages that block all threads of the server cannot keep it from stopping. For the
    /// same reason the server acts after `patience` as if there had been a second signal.
    pub(super) fn listen(patience: Duration) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.context("cannot wait for the signal to stop")?;
        let (stage, stages) = watch::channel(Stage::Running);
        let mut signals = {
            let _in_runtime = runtime.enter();
            Signals::new().context("cannot wait for the signal to stop")?
        };
        let wait = move || {
            runtime.block_on(async {
                signals.next().await;
                stage.send_replace(Stage::Stopping);
                let _ = tokio::time::timeout(patience, signals.next()).await;
                stage.send_replace(Stage::Stopped);
                // Dropping the sender would count as a signal.
                std::future::pending::<()>().await;
            });
        };
        let thread = std::thread::Builder::new().name("kiln-signals".to_owned()).spawn(wait);
        thread.context("cannot start the thread that waits for signals")?;
        Ok(Stop(stages))
    }

    /// Resolves when the server has come to a stage.
    pub(super) async fn reached(mut self, stage: Stage) {
        let _ = self.0.wait_for(|now| *now >= stage).await;
    }
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let (terminate, interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(Signals { terminate, interrupt })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Signals)
    }

    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
