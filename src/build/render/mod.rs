//! Renders pages: lists their paths, calls them on all threads, and writes what they return.

pub(crate) mod expand;
pub(crate) mod worker;

pub(crate) mod queue;
pub(crate) mod task;

pub(crate) mod engine;
mod large;
mod page;
mod requested_urls;

#[cfg(test)]
mod panics;
#[cfg(test)]
mod vectors;
