//! What a context needs from its site, as a trait: sites are in a layer above.

use std::fmt;

use crate::config::Config;
use crate::page::context::Context;
use crate::page::route::ResponseFuture;

/// The site of a context, of which other pages may answer.
pub(crate) trait Rewrite: fmt::Debug + Send + Sync {
    /// The settings of the site.
    fn config(&self) -> &'static Config;

    /// Answers with the page that a path leads to, through the middleware.
    ///
    /// # Errors
    ///
    /// With status 508 where rewrites lead in a circle, with 404 where no page answers, and what the page fails with.
    fn rewrite<'a>(&'a self, ctx: &'a mut Context, to: &'a str) -> ResponseFuture<'a>;
}
