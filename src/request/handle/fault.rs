//! The failure of a page or of middleware.

use std::any::Any;

use anyhow::Error;
use http::StatusCode;

use crate::middleware;
use crate::page::context::Context;
use crate::page::error;
use crate::page::error::{InMiddleware, PanicInMiddleware};
use crate::request::tokio_hint;
use crate::site::Site;

/// The failure of a page or of middleware, in place of a response.
pub(crate) enum Fault {
    Error(Error),
    /// It panicked with a message.
    Panic {
        text: String,
        is_in_middleware: bool,
    },
}

impl Fault {
    /// The failure for a panic, which keeps the message.
    pub(crate) fn of_panic(panic: Box<dyn Any + Send>) -> Self {
        let is_in_middleware = panic.is::<PanicInMiddleware>();
        Fault::Panic { text: error::take_panic(panic), is_in_middleware }
    }

    pub(super) fn status(&self) -> StatusCode {
        match self {
            Fault::Error(error) => error::status(error),
            Fault::Panic { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The message for the client, if the status is a client error.
    pub(super) fn message(&self) -> Option<String> {
        match self {
            Fault::Error(error) if self.status().is_client_error() => error::message(error),
            _ => None,
        }
    }

    /// Returns true if and only if the message is only logged.
    pub(super) fn is_for_log(&self) -> bool {
        matches!(self, Fault::Error(error) if error::is_for_log(error))
    }

    /// The target of a rewrite to a path without a page.
    pub(super) fn target(&self) -> Option<String> {
        match self {
            Fault::Error(error) => error::target(error),
            Fault::Panic { .. } => None,
        }
    }

    /// The line for the log: the path, the failure with all its causes, and the page file.
    pub(super) fn describe(&self, site: &Site, ctx: &Context) -> String {
        let path = &ctx.origin_pathname;
        let place = self.place(site, ctx);
        match self {
            Fault::Error(error) => with_hint(format!("{path}: {}{place}", error::chain(error))),
            Fault::Panic { text, .. } => with_hint(format!("{path}: panicked: {text}{place}")),
        }
    }

    /// The file and the route of the failure; empty if there is no page.
    fn place(&self, site: &Site, ctx: &Context) -> String {
        let is_in_middleware = match self {
            Fault::Error(error) => error.is::<InMiddleware>(),
            Fault::Panic { is_in_middleware, .. } => *is_in_middleware,
        };
        if is_in_middleware {
            return format!(" ({})", middleware::FILE);
        }
        match site.routes().iter().find(|route| route.pattern() == ctx.route_pattern) {
            Some(route) => format!(" ({}, route {})", route.file, route.pattern),
            None => String::new(),
        }
    }
}

/// Adds the hint for pages that need tokio, as in the report of a build.
fn with_hint(text: String) -> String {
    match tokio_hint::hint(&text) {
        Some(hint) => format!("{text} (hint: {hint})"),
        None => text,
    }
}
