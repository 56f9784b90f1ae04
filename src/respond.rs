//! Answers a request whose page is found: through the middleware, where there is one for the path.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::Poll;

use anyhow::{Error, Result};
use axum::response::Response;

use crate::context::Context;
use crate::exit;
use crate::landing::Landing;
use crate::middleware::{Flight, Middleware, Next};
use crate::site::Site;

/// Answers a request for a path, a decoded one without base, with the page that it leads to.
///
/// # Errors
///
/// What the page fails with; what the middleware itself fails with, as [`InMiddleware`]. A panic of the middleware goes
/// on as one whose payload is a [`PanicInMiddleware`].
pub(crate) async fn respond(
    site: &Site,
    path: &str,
    ctx: &mut Context,
    landing: Landing,
) -> Result<Response> {
    match &site.middleware {
        Some(middleware) if middleware.is_for(path) => through(middleware, ctx, landing).await,
        _ => landing.call(ctx).await,
    }
}

async fn through(middleware: &Middleware, ctx: &mut Context, landing: Landing) -> Result<Response> {
    let flight = Flight::to(landing);
    let called = caught(async { (middleware.on_request)(ctx, Next::page(&flight)).await }).await;
    match called {
        Ok(Err(error)) if !flight.is_in_page() && !error.is::<InMiddleware>() => {
            Err(Error::new(InMiddleware(error)))
        }
        Ok(result) => result,
        Err(panic) if flight.is_in_page() || panic.is::<PanicInMiddleware>() => {
            resume_unwind(panic)
        }
        Err(panic) => resume_unwind(Box::new(PanicInMiddleware(panic))),
    }
}

/// Waits for a future, and catches its panic.
pub(crate) async fn caught<T>(
    future: impl Future<Output = T>,
) -> Result<T, Box<dyn Any + Send + 'static>> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        let poll = || exit::within_site(|| future.as_mut().poll(context));
        match catch_unwind(AssertUnwindSafe(poll)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await
}

/// An error that the middleware itself gave, and not the page behind it; otherwise it is that error.
#[derive(Debug)]
pub(crate) struct InMiddleware(pub(crate) Error);

impl fmt::Display for InMiddleware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for InMiddleware {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.chain().nth(1)
    }
}

/// A panic of the middleware itself, and not of the page behind it.
pub(crate) struct PanicInMiddleware(pub(crate) Box<dyn Any + Send>);
