//! Handles one request, from its path to a response.

#[cfg(feature = "content")]
pub(crate) mod answer;
pub(crate) mod asset;
#[cfg(feature = "server")]
pub(crate) mod authority;
#[cfg(feature = "server")]
pub(crate) mod csrf;
pub(crate) mod engine;
pub(crate) mod error_page;
#[cfg(feature = "server")]
pub(crate) mod forwarded;
pub(crate) mod header_rules;
pub(crate) mod known_pages;
pub(crate) mod lookup;
pub(crate) mod method;
pub(crate) mod path;
#[cfg(feature = "server")]
pub(crate) mod range;
pub(crate) mod resolve;
pub(crate) mod search;
pub(crate) mod target;

pub(crate) mod handle;
pub(crate) mod pending;
pub(crate) mod rewrite;
pub(crate) mod run;

pub(crate) mod exit;
pub(crate) mod panics;
pub(crate) mod runtime;
pub(crate) mod tokio_hint;
pub(crate) mod trace;
