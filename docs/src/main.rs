//! The documentation of kiln, as a site made with kiln.

mod content;
mod layout;
mod markdown;

kiln::site!();
