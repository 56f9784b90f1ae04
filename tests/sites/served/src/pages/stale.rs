//! Is made again after a second, if the gate is open.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::gate;

pub const PRERENDER: bool = false;
pub const REVALIDATE: u64 = 1;

static MADE: AtomicUsize = AtomicUsize::new(0);
static AT_ONCE: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

pub async fn get() -> String {
    let at_once = AT_ONCE.fetch_add(1, Ordering::SeqCst) + 1;
    let most = MOST.fetch_max(at_once, Ordering::SeqCst).max(at_once);
    gate::STALE.wait().await;
    AT_ONCE.fetch_sub(1, Ordering::SeqCst);
    let made = MADE.fetch_add(1, Ordering::SeqCst) + 1;
    format!("made {made}, at most {most} at once\n")
}
