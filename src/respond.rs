//! Answers a request whose page is found: through the middleware, where there is one for the path.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::Poll;

use anyhow::{Error, Result};
use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};

use crate::context::Context;
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
        Ok(Ok(response)) => Ok(without_repeats(response)),
        Ok(Err(error)) if !flight.is_in_page() && !error.is::<InMiddleware>() => {
            Err(Error::new(InMiddleware(error)))
        }
        Ok(Err(error)) => Err(error),
        Err(panic) if flight.is_in_page() || panic.is::<PanicInMiddleware>() => {
            resume_unwind(panic)
        }
        Err(panic) => resume_unwind(Box::new(PanicInMiddleware(panic))),
    }
}

/// The headers that a file has from the build, among them those of the middleware, which ran then. They are an extension of
/// its response.
#[derive(Debug, Clone)]
pub(crate) struct MadeBefore(pub(crate) HeaderMap);

/// Sends no header twice because the middleware has run for the file and for the request.
///
/// What the middleware has added for the request stands in for as many of the values that the file came with. `Vary` and
/// `Link` are lists of which every item counts.
fn without_repeats(mut response: Response) -> Response {
    let Some(MadeBefore(before)) = response.extensions().get::<MadeBefore>().cloned() else {
        return response;
    };
    for name in before.keys() {
        let old: Vec<&HeaderValue> = before.get_all(name).iter().collect();
        let all: Vec<HeaderValue> = response.headers().get_all(name).iter().cloned().collect();
        let Some((head, added)) = all.split_at_checked(old.len()) else { continue };
        if added.is_empty() || !head.iter().eq(old.iter().copied()) {
            continue;
        }
        let new = added.iter().filter(|value| !old.contains(value));
        let is_list = name == header::VARY || name == header::LINK;
        let kept = if is_list { old.len() } else { old.len().saturating_sub(new.clone().count()) };
        response.headers_mut().remove(name);
        for value in head[..kept].iter().chain(new) {
            response.headers_mut().append(name, value.clone());
        }
    }
    response
}

/// Waits for a future, and catches its panic.
pub(crate) async fn caught<T>(
    future: impl Future<Output = T>,
) -> Result<T, Box<dyn Any + Send + 'static>> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
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
