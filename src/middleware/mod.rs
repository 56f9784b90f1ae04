//! The middleware of a site: what every request passes through on its way to the page.

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

/// The `on_request` of `src/middleware.rs`, as the generated code gives it.
pub struct Middleware {
    /// The function itself.
    pub on_request: for<'a> fn(&'a mut Context, Next<'a>) -> ResponseFuture<'a>,
    /// Which paths it is for; all of them where it does not say.
    pub matcher: Option<Matcher>,
}

impl Middleware {
    /// Returns true if and only if requests for a path enter it: a decoded one, without base.
    pub(crate) fn is_for(&self, path: &str) -> bool {
        self.matcher.as_ref().is_none_or(|matcher| matcher.is_match(path))
    }
}

impl fmt::Debug for Middleware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Middleware").finish_non_exhaustive()
    }
}
