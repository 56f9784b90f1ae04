//! The rest of a chain after a middleware: other middlewares, and the page at the end.
//!
//! Props are passed to the endpoint by value, so a page is called once. [`Next::run`] takes `self`, so the compiler
//! checks that a middleware does not run it twice.

use std::fmt;
use std::pin::Pin;

use anyhow::Result;
use axum::response::Response;

use crate::page::context::Context;
use crate::page::route::ResponseFuture;

/// The rest of the chain: the next middleware of a [`sequence`](crate::sequence), and the page at the end.
///
/// [`run`](Next::run) consumes it, so that a page is called once for each request. A middleware that does not run it
/// returns its own response.
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
    last: &'a (dyn LastStep + 'a),
    rewrite: Option<String>,
}

/// A step after a middleware.
pub(crate) trait Continue: Sync {
    fn go<'c>(&'c self, ctx: &'c mut Context) -> ResponseFuture<'c>;
}

/// The last step: the page.
pub(crate) trait LastStep: Continue {
    /// Replaces the page by another one of the site.
    ///
    /// # Errors
    ///
    /// Fails if the path has no page.
    fn rewrite<'c>(&'c self, ctx: &'c mut Context, to: &'c str) -> Rewritten<'c>;
}

/// The result of a rewrite, once the other page is found.
pub(crate) type Rewritten<'c> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'c>>;

impl<'a> Next<'a> {
    /// The rest of the chain of the first middleware: the page.
    pub(crate) fn page(last: &'a (dyn LastStep + 'a)) -> Self {
        Next { then: last, last, rewrite: None }
    }

    /// The rest of the chain of a later middleware: another step before the same page.
    pub(super) fn step(then: &'a (dyn Continue + 'a), last: &'a (dyn LastStep + 'a)) -> Self {
        Next { then, last, rewrite: None }
    }

    pub(super) fn last(&self) -> &'a (dyn LastStep + 'a) {
        self.last
    }

    /// Runs the rest of the chain, and returns its response.
    ///
    /// # Errors
    ///
    /// Fails if the page or a later middleware fails, and if a [rewrite](Next::rewrite) leads to a path without a page.
    pub async fn run(self, ctx: &mut Context) -> Result<Response> {
        if let Some(path) = &self.rewrite {
            self.last.rewrite(ctx, path).await?;
        }
        self.then.go(ctx).await
    }

    /// Serves another page of the site: `next.rewrite("/other").run(ctx).await`.
    ///
    /// The URL in the browser stays the same; in a static build the file belongs to the first path. The rest of the
    /// chain sees the params, the URL and the pattern of the other page. Middleware does not run again. The path may
    /// include the base, and may have a query.
    pub fn rewrite(self, path: impl Into<String>) -> Self {
        Next { rewrite: Some(path.into()), ..self }
    }
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").field("rewrite", &self.rewrite).finish_non_exhaustive()
    }
}
