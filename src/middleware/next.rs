//! What comes after a middleware: the others of a chain, and at its end the page.

use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};
use axum::response::Response;

use crate::page::context::Context;
use crate::page::route::Answer;
use crate::request::engine::Landing;
use crate::request::rewrite;

/// What comes after a middleware: the next one of a [`sequence`](crate::sequence), and at the end the page.
///
/// It is used up by [`run`](Next::run), so that a page answers a request once. A middleware that does not run it
/// answers itself.
///
/// # Example
///
/// ```
/// // src/middleware.rs
/// use kiln::prelude::*;
///
/// pub async fn on_request(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
///     let mut response = next.run(ctx).await?;
///     response.headers_mut().insert("x-powered-by", ctx.generator().parse()?);
///     Ok(response)
/// }
/// ```
#[must_use = "the page answers with `next.run(ctx).await`"]
pub struct Next<'a> {
    then: &'a (dyn Continue + 'a),
    flight: &'a Flight,
    rewrite: Option<String>,
}

/// A step that comes after a middleware.
pub(crate) trait Continue: Sync {
    fn go<'c>(&'c self, ctx: &'c mut Context) -> Answer<'c>;
}

impl<'a> Next<'a> {
    /// What comes after the first middleware: the page.
    pub(crate) fn page(flight: &'a Flight) -> Self {
        Next { then: flight, flight, rewrite: None }
    }

    /// What comes after the one before: another step on the way to the same page.
    pub(super) fn step(then: &'a (dyn Continue + 'a), flight: &'a Flight) -> Self {
        Next { then, flight, rewrite: None }
    }

    pub(super) fn flight(&self) -> &'a Flight {
        self.flight
    }

    /// Gives the answer of what comes next.
    ///
    /// # Errors
    ///
    /// What the page, or a middleware on the way to it, fails with; and where a [rewrite](Next::rewrite) leads nowhere.
    pub async fn run(self, ctx: &mut Context) -> Result<Response> {
        if let Some(path) = &self.rewrite {
            let (_, landing) = rewrite::apply(ctx, path).await?;
            self.flight.land(landing);
        }
        self.then.go(ctx).await
    }

    /// Lets another page of the site answer: `next.rewrite("/other").run(ctx).await`.
    ///
    /// The address in the browser stays; in a static build the file is that of the first path. What comes next sees
    /// the params, the URL and the pattern of the other page. Middleware does not run again. The path is given with or
    /// without base, and may have a query.
    pub fn rewrite(self, path: impl Into<String>) -> Self {
        Next { rewrite: Some(path.into()), ..self }
    }
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").field("rewrite", &self.rewrite).finish_non_exhaustive()
    }
}

/// A request on its way through the middleware of a site: the page that it leads to, until that is called.
#[derive(Debug)]
pub(crate) struct Flight {
    landing: Mutex<Option<Landing>>,
    is_in_page: AtomicBool,
}

impl Flight {
    pub(crate) fn to(landing: Landing) -> Self {
        Flight { landing: Mutex::new(Some(landing)), is_in_page: AtomicBool::new(false) }
    }

    /// Sends the request to another page.
    fn land(&self, landing: Landing) {
        *self.landing.lock().unwrap_or_else(PoisonError::into_inner) = Some(landing);
    }

    /// Returns true if and only if the page is being called, or has failed.
    pub(crate) fn is_in_page(&self) -> bool {
        self.is_in_page.load(Relaxed)
    }
}

impl Continue for Flight {
    fn go<'c>(&'c self, ctx: &'c mut Context) -> Answer<'c> {
        let landing = self.landing.lock().unwrap_or_else(PoisonError::into_inner).take();
        Box::pin(async move {
            let landing = landing.context("the page has been called already: a bug in kiln")?;
            self.is_in_page.store(true, Relaxed);
            let response = landing.call(ctx).await?;
            self.is_in_page.store(false, Relaxed);
            Ok(response)
        })
    }
}
