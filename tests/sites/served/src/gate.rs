//! Gates that a test opens, so that nothing depends on how fast a machine is.

use std::sync::LazyLock;

use tokio::sync::watch;

/// What a page waits at until it is opened.
pub struct Gate(LazyLock<watch::Sender<bool>>);

pub static STREAM: Gate = Gate(LazyLock::new(|| watch::Sender::new(false)));
pub static EVENTS: Gate = Gate(LazyLock::new(|| watch::Sender::new(false)));
pub static STALE: Gate = Gate(LazyLock::new(|| watch::Sender::new(true)));

impl Gate {
    pub fn named(name: &str) -> Option<&'static Gate> {
        match name {
            "stream" => Some(&STREAM),
            "events" => Some(&EVENTS),
            "stale" => Some(&STALE),
            _ => None,
        }
    }

    pub fn set(&self, is_open: bool) {
        self.0.send_replace(is_open);
    }

    pub async fn wait(&self) {
        let _ = self.0.subscribe().wait_for(|is_open| *is_open).await;
    }
}
