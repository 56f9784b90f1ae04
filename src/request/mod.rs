//! One request, from its path to a response.

pub(crate) mod panics;
pub(crate) mod trace;

pub(crate) mod runtime;
pub(crate) mod tokio_hint;

pub(crate) mod engine;
pub(crate) mod error_page;
pub(crate) mod exit;
pub(crate) mod flight;
pub(crate) mod handle;
pub(crate) mod method;
pub(crate) mod resolve;
pub(crate) mod rewrite;
pub(crate) mod run;
pub(crate) mod search;
