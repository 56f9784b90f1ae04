//! The middleware of a site, which every request passes through before the page.

pub(crate) mod matcher;

mod next;
mod sequence;
#[cfg(test)]
mod vectors;

use std::fmt;

pub use self::next::Next;
pub(crate) use self::next::{Continue, LastStep, Rewritten};
pub use self::sequence::{Handler, Handlers, Sequence, sequence};

use crate::middleware::matcher::Matcher;
use crate::page::context::Context;
use crate::page::route::ResponseFuture;

/// The file, relative to the site's folder.
pub(crate) const FILE: &str = "src/middleware.rs";

/// The `on_request` of `src/middleware.rs`, as passed by the generated code.
pub struct Middleware {
    /// The function itself.
    pub on_request: for<'a> fn(&'a mut Context, Next<'a>) -> ResponseFuture<'a>,
    /// The paths that it applies to; `None` for all.
    pub matcher: Option<Matcher>,
}

impl Middleware {
    /// Returns true if and only if it applies to a decoded path without the base; `None` is a path outside of the base, which no entry
    /// of a matcher matches.
    pub(crate) fn is_for(&self, path: Option<&str>) -> bool {
        let matches = |matcher: &Matcher| path.is_some_and(|path| matcher.is_match(path));
        self.matcher.as_ref().is_none_or(matches)
    }
}

impl fmt::Debug for Middleware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Middleware").finish_non_exhaustive()
    }
}
