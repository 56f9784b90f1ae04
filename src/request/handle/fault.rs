//! The failure of a page or of middleware.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::Error;
use http::StatusCode;

use super::failed::Failed;
use crate::middleware;
use crate::page::context::Context;
use crate::page::error;
use crate::page::error::{InMiddleware, PanicInMiddleware};
use crate::page::route::Route;
use crate::request::{panics, tokio_hint};
use crate::site::Site;

/// The failure of a page or of middleware, in place of a response.
pub(crate) enum Fault {
    Error(Error),
    /// It panicked with a message.
    Panic {
        text: String,
        /// `file:line:column`, where panics are [kept](panics).
        location: Option<String>,
        is_in_middleware: bool,
    },
}

impl Fault {
    /// The failure for a panic, which keeps the message.
    pub(crate) fn of_panic(panic: Box<dyn Any + Send>) -> Self {
        let is_in_middleware = panic.is::<PanicInMiddleware>();
        let location = panics::last().map(|(location, _)| location);
        Fault::Panic { text: error::take_panic(panic), location, is_in_middleware }
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

    /// The failure as the development server shows it.
    pub(super) fn failed(self, site: &Site, ctx: &Context) -> Failed {
        let route = route(site, ctx);
        let file = match self.is_in_middleware() {
            true => Some(middleware::FILE.to_owned()),
            false => route.map(|route| route.file.to_owned()),
        };
        let is_panic = matches!(self, Fault::Panic { .. });
        let (chain, location) = match &self {
            Fault::Error(error) => (texts(error), None),
            Fault::Panic { text, location, .. } => (vec![text.clone()], location.clone()),
        };
        error::discard(self);
        let hint = chain.iter().find_map(|text| tokio_hint::hint(text)).map(str::to_owned);
        let route = route.map(|route| route.pattern.text.to_owned());
        Failed { path: ctx.origin_pathname.clone(), chain, is_panic, location, file, route, hint }
    }

    fn is_in_middleware(&self) -> bool {
        match self {
            Fault::Error(error) => error.is::<InMiddleware>(),
            Fault::Panic { is_in_middleware, .. } => *is_in_middleware,
        }
    }

    /// The file and the route of the failure; empty if there is no page.
    fn place(&self, site: &Site, ctx: &Context) -> String {
        if self.is_in_middleware() {
            return format!(" ({})", middleware::FILE);
        }
        match route(site, ctx) {
            Some(route) => format!(" ({}, route {})", route.file, route.pattern),
            None => String::new(),
        }
    }
}

/// The route of the page that a context belongs to.
fn route(site: &Site, ctx: &Context) -> Option<&'static Route> {
    site.routes().iter().find(|route| route.pattern() == ctx.route_pattern)
}

/// An error and its causes as texts. Their `Display` may panic: it can be code of the site.
fn texts(error: &Error) -> Vec<String> {
    let texts = || error.chain().map(ToString::to_string).collect();
    catch_unwind(AssertUnwindSafe(texts)).unwrap_or_else(|_| vec![error::chain(error)])
}

/// Adds the hint for pages that need tokio, as in the report of a build.
fn with_hint(text: String) -> String {
    match tokio_hint::hint(&text) {
        Some(hint) => format!("{text} (hint: {hint})"),
        None => text,
    }
}
