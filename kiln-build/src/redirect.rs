//! A redirect of `kiln.toml`, as data.

mod check;
mod foreign;

use std::ops::Range;

pub(crate) use self::check::redirects as check;
pub(crate) use self::foreign::{Foreign, Place, find as find_foreign};

use crate::pattern::{Part, RoutePattern};

/// A rule of `[redirects]`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Redirect {
    pub(crate) source: RoutePattern,
    pub(crate) target: Target,
    /// Where the rule says which.
    pub(crate) status: Option<u16>,
    /// The bytes of kiln.toml that are the source, with its quotes.
    pub(crate) source_bytes: Range<usize>,
    /// The bytes of kiln.toml that are the target, with its quotes.
    pub(crate) target_bytes: Range<usize>,
}

/// Where a redirect leads.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// To another site. Texts are pieces of a URL, percent-encoded; the name of the host is in the first of them.
    External(Vec<Part>),
    /// To a path of this site, and a query or a fragment, percent-encoded.
    Internal {
        /// The page.
        path: RoutePattern,
        /// Empty, or from its `?` or `#` on.
        tail: String,
    },
}

impl Target {
    /// Its params in the order of their brackets.
    pub(crate) fn params(&self) -> Vec<&Part> {
        match self {
            Target::External(parts) => parts.iter().filter(|part| part.name().is_some()).collect(),
            Target::Internal { path, .. } => path.params().collect(),
        }
    }
}
