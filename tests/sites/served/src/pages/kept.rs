//! Is made once, and by one at a time; waits for a while, so that others come in between.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

pub const PRERENDER: bool = false;
pub const REVALIDATE: u64 = 3600;

static MADE: AtomicUsize = AtomicUsize::new(0);

pub async fn get() -> String {
    let made = MADE.fetch_add(1, Ordering::SeqCst) + 1;
    tokio::time::sleep(Duration::from_millis(50)).await;
    format!("made {made}\n")
}
