//! Whether the site runs under `cargo dev`.

use std::sync::atomic::{AtomicBool, Ordering};

static IS_DEV: AtomicBool = AtomicBool::new(false);

/// Returns true if and only if the site runs under `cargo dev`.
///
/// It is false in builds, in `serve` and `preview`, and in tests. A page can use it to show what is not for visitors yet.
///
/// # Example
///
/// ```
/// let shows_drafts = kiln::is_dev();
/// assert!(!shows_drafts);
/// ```
pub fn is_dev() -> bool {
    IS_DEV.load(Ordering::Relaxed)
}

/// Notes that the process belongs to `cargo dev`. It does until it ends.
#[cfg(feature = "server")]
pub(crate) fn enter() {
    IS_DEV.store(true, Ordering::Relaxed);
}
