//! What a page or the middleware did instead of answering.

use std::any::Any;

use anyhow::Error;
use http::StatusCode;

use crate::build::tokio_hint;
use crate::context::Context;
use crate::error;
use crate::respond::PanicInMiddleware;

/// What a page or the middleware did instead of answering.
pub(super) enum Fault {
    Error(Error),
    Panic(Box<dyn Any + Send>),
}

impl Fault {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Fault::Error(error) => error::status(error),
            Fault::Panic(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What the error says to the client, where its status is one of the client's own faults.
    pub(super) fn message(&self) -> Option<String> {
        match self {
            Fault::Error(error) if self.status().is_client_error() => error::message(error),
            _ => None,
        }
    }

    /// All that is known of it, for the log.
    pub(super) fn describe(&self, ctx: &Context) -> String {
        let path = &ctx.origin_pathname;
        match self {
            Fault::Error(error) => with_hint(format!("{path}: {error:#}")),
            Fault::Panic(panic) => {
                let panic = panic.downcast_ref::<PanicInMiddleware>().map_or(panic, |it| &it.0);
                with_hint(format!("{path}: panicked: {}", error::panic_text(&**panic)))
            }
        }
    }
}

/// Adds what helps where there is no tokio, as the report of a build does.
fn with_hint(text: String) -> String {
    match tokio_hint(&text) {
        Some(hint) => format!("{text} (hint: {hint})"),
        None => text,
    }
}
