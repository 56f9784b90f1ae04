//! Takes its time, and counts who has come in: `HEAD` gives the number.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kiln::prelude::*;

pub const PRERENDER: bool = false;

static BEGUN: AtomicUsize = AtomicUsize::new(0);

pub async fn get() -> String {
    BEGUN.fetch_add(1, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(700)).await;
    "slow\n".repeat(20_000)
}

pub fn head() -> impl IntoResponse {
    [("x-begun", BEGUN.load(Ordering::SeqCst).to_string())]
}
