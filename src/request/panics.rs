//! Stores the panics of pages for the report.

use std::cell::{Cell, RefCell};
use std::panic::{self, PanicHookInfo};
use std::sync::Arc;

use super::trace::Trace;
#[cfg(feature = "server")]
use crate::request::exit;
use crate::request::tokio_hint;

thread_local! {
    static IN_PAGE: Cell<bool> = const { Cell::new(false) };
    /// The location of the last panic of a page on this thread, and its backtrace if backtraces are enabled.
    static LAST_PANIC: RefCell<Option<(String, Option<Trace>)>> = const { RefCell::new(None) };
}

/// Calls a function whose panic is not printed, since the caller catches and reports it.
pub(crate) fn unprinted<T>(call: impl FnOnce() -> T) -> T {
    let before = IN_PAGE.replace(true);
    let result = call();
    IN_PAGE.set(before);
    result
}

/// Takes the last panic of a page on this thread: its location, and its backtrace.
pub(crate) fn last() -> Option<(String, Option<Trace>)> {
    LAST_PANIC.take()
}

type Hook = dyn Fn(&PanicHookInfo<'_>) + Sync + Send;

/// Restores the previous panic hook on drop.
pub(crate) struct CaughtPanics {
    previous: Arc<Hook>,
}

/// Stores the panics of pages for the report while the value lives. Other panics go to the previous hook.
pub(crate) fn catch_panics() -> CaughtPanics {
    let previous: Arc<Hook> = panic::take_hook().into();
    let others = Arc::clone(&previous);
    panic::set_hook(Box::new(move |info| {
        // If a panic aborts the process, there will be no report.
        if cfg!(panic = "abort") || !IN_PAGE.get() {
            others(info);
            // A thread that a page started has no report to show the hint in.
            if let Some(hint) = info.payload_as_str().and_then(tokio_hint::hint) {
                eprintln!("  hint: {hint}");
            }
            return;
        }
        store(info);
    }));
    CaughtPanics { previous }
}

/// Stores the panics of a site that answers requests, for as long as the process lives: they are shown in place of the page.
/// Other panics go to the previous hook.
#[cfg(feature = "server")]
pub(crate) fn keep_panics() {
    let others = panic::take_hook();
    panic::set_hook(Box::new(move |info| match exit::is_in_site() {
        true => store(info),
        false => others(info),
    }));
}

fn store(info: &PanicHookInfo<'_>) {
    let location = info.location().map(ToString::to_string).unwrap_or_default();
    LAST_PANIC.set(Some((location, Trace::capture())));
}

impl Drop for CaughtPanics {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let previous = Arc::clone(&self.previous);
            panic::set_hook(Box::new(move |info| previous(info)));
        }
    }
}
