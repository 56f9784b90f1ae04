//! What comes after a middleware: the others of a chain, and at its end the page.

use std::fmt;
use std::pin::Pin;

use anyhow::Result;
use axum::response::Response;

use crate::page::context::Context;
use crate::page::route::ResponseFuture;

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
    last: &'a (dyn LastStep + 'a),
    rewrite: Option<String>,
}

/// A step that comes after a middleware.
pub(crate) trait Continue: Sync {
    fn go<'c>(&'c self, ctx: &'c mut Context) -> ResponseFuture<'c>;
}

/// The step that comes after all middleware: the page.
pub(crate) trait LastStep: Continue {
    /// Lets another page of the site be that step.
    ///
    /// # Errors
    ///
    /// Where no page answers the path.
    fn rewrite<'c>(&'c self, ctx: &'c mut Context, to: &'c str) -> Rewritten<'c>;
}

/// The outcome of a rewrite, once the other page is found.
pub(crate) type Rewritten<'c> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'c>>;

impl<'a> Next<'a> {
    /// What comes after the first middleware: the page.
    pub(crate) fn page(last: &'a (dyn LastStep + 'a)) -> Self {
        Next { then: last, last, rewrite: None }
    }

    /// What comes after the one before: another step on the way to the same page.
    pub(super) fn step(then: &'a (dyn Continue + 'a), last: &'a (dyn LastStep + 'a)) -> Self {
        Next { then, last, rewrite: None }
    }

    pub(super) fn last(&self) -> &'a (dyn LastStep + 'a) {
        self.last
    }

    /// Gives the answer of what comes next.
    ///
    /// # Errors
    ///
    /// What the page, or a middleware on the way to it, fails with; and where a [rewrite](Next::rewrite) leads nowhere.
    pub async fn run(self, ctx: &mut Context) -> Result<Response> {
        if let Some(path) = &self.rewrite {
            self.last.rewrite(ctx, path).await?;
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
