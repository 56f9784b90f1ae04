//! The log: what a request came to stands there in one line, and what went wrong with all its causes.

mod queue;
mod request_line;

use std::fmt::Write as _;
use std::io;
use std::panic::{self, PanicHookInfo};
use std::sync::Arc;

use http::request::Parts;
use tracing::Level;

use self::queue::{Lines, Writing};
use self::request_line::RequestLine;
use super::connections::RequestId;
use crate::request::trace::Trace;

/// Starts to write the log to the standard error; gives what ends that, once all is written. `None` where the program has a
/// log of its own.
///
/// # Errors
///
/// Where the system gives no thread to write it.
pub(super) fn start(is_quiet: bool) -> io::Result<Option<Writing>> {
    let queue = Arc::default();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(if is_quiet { Level::WARN } else { Level::INFO })
        .with_writer(Lines(Arc::clone(&queue)))
        .map_event_format(RequestLine::or)
        .finish();
    match tracing::subscriber::set_global_default(subscriber) {
        Ok(()) => {
            let writing = Writing::start(queue, io::stderr())?;
            panic::set_hook(Box::new(log_panic));
            Ok(Some(writing))
        }
        Err(_) => Ok(None),
    }
}

/// Logs a panic as all else: whoever panics while it answers a request must not wait for the standard error.
fn log_panic(info: &PanicHookInfo<'_>) {
    let backtrace = Trace::capture().map_or_else(String::new, |trace| format!("\n{trace}"));
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let text = info.payload_as_str().unwrap_or("(no message)");
    tracing::error!(target: "kiln::panic", "panicked at {place}: {}{backtrace}", printable(text));
}

/// The number of a request, where it came over a connection of this server's own.
pub(super) fn id(head: &Parts) -> Option<RequestId> {
    head.extensions.get::<RequestId>().copied()
}

/// Tells of what went wrong inside: the client hears nothing of it.
pub(super) fn failure(id: Option<RequestId>, text: &str) {
    let id = id.map(|id| id.to_string()).unwrap_or_default();
    tracing::error!(target: "kiln::failure", id, "{}", printable(text));
}

/// A text that is one line, and moves no cursor of the terminal.
fn printable(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, c| {
        match c {
            c if c.is_control() => write!(shown, "{}", c.escape_default()).unwrap_or_default(),
            c => shown.push(c),
        }
        shown
    })
}
