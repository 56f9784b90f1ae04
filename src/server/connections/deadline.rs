//! A time that something must have happened by.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

/// A time that is set when it is first waited for.
#[derive(Debug, Default)]
pub(super) struct Deadline {
    /// Kept for the next time, since a connection waits before every request.
    sleep: Option<Pin<Box<Sleep>>>,
    is_set: bool,
}

impl Deadline {
    /// Waits until the time is over, counted from the first call since the last [`clear`](Self::clear).
    pub(super) fn poll(&mut self, patience: Duration, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.sleep {
            Some(sleep) if !self.is_set => sleep.as_mut().reset(Instant::now() + patience),
            Some(_) => {}
            None => self.sleep = Some(Box::pin(tokio::time::sleep(patience))),
        }
        self.is_set = true;
        self.sleep.as_mut().map_or(Poll::Pending, |sleep| sleep.as_mut().poll(cx))
    }

    pub(super) fn clear(&mut self) {
        self.is_set = false;
    }
}
