//! A redirect of `kiln.toml` as data.

mod check;
mod foreign;

use std::ops::Range;

pub(crate) use self::check::redirects as check;
pub(crate) use self::foreign::{Foreign, RuleSide, find as find_foreign};

use crate::pattern::{Part, RoutePattern};

/// A rule of `[redirects]`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Redirect {
    pub(crate) source: RoutePattern,
    pub(crate) target: Target,
    /// `None` for the default.
    pub(crate) status: Option<u16>,
    /// The bytes of the source in kiln.toml, with its quotes.
    pub(crate) source_bytes: Range<usize>,
    /// The bytes of the target in kiln.toml, with its quotes.
    pub(crate) target_bytes: Range<usize>,
}

/// The target of a redirect.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// Another site. The texts are parts of a URL, percent-encoded; the host is in the first of them.
    External(Vec<Part>),
    /// A path of this site, and a query or a fragment, percent-encoded.
    Internal {
        /// The page.
        path: RoutePattern,
        /// Empty, or from the `?` or `#` on.
        tail: String,
    },
}

impl Target {
    /// The params, in the order of the target.
    pub(crate) fn params(&self) -> Vec<&Part> {
        match self {
            Target::External(parts) => parts.iter().filter(|part| part.name().is_some()).collect(),
            Target::Internal { path, .. } => path.params().collect(),
        }
    }
}
