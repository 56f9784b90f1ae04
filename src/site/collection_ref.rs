//! A collection of `src/content.rs`, as the table of a site has it.

/// A collection of any type.
#[cfg(feature = "content")]
pub type CollectionRef = &'static dyn kiln_content::registry::Registered;

/// Without the feature `content`, a site has no collections.
#[cfg(not(feature = "content"))]
#[derive(Debug, Clone, Copy)]
pub enum CollectionRef {}
