//! The log: what a request came to stands there in one line, and what went wrong with all its causes.

use std::fmt::Write as _;

use http::request::Parts;

use super::connections::RequestId;

/// Tells of what went wrong inside: the client hears nothing of it.
pub(super) fn failure(head: &Parts, text: &str) {
    let id = head.extensions.get::<RequestId>().map(ToString::to_string).unwrap_or_default();
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
