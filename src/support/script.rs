//! The handlers of Astro's cases: a small part of JavaScript, run against kiln's own context.
//!
//! A case holds the source text of its middleware and its endpoints, and a site in Rust does what that text says. What
//! is not known here, and what Rust has no counterpart of, is [`Refused`], and never taken for an answer.

mod call;
mod headers;
mod host;
mod parse;
mod run;
mod syntax;
mod tokens;
mod value;

use std::fmt;

pub(crate) use self::host::Host;
pub(crate) use self::parse::{expression, module};
pub(crate) use self::run::{Runner, Scope};
pub(crate) use self::value::Value;

/// What a case says and cannot be run.
#[derive(Debug)]
pub(crate) struct Refused(pub(crate) String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot be written in Rust, or is not known to the tests: {}", self.0)
    }
}

impl std::error::Error for Refused {}

/// The error of what cannot be run.
pub(crate) fn refused(what: impl Into<String>) -> anyhow::Error {
    Refused(what.into()).into()
}
