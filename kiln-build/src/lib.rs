//! Build-time half of kiln: turns the pages folder of a site into its route table, its typed links
//! and its binary.
//!
//! A site calls it from its build script:
//!
//! ```no_run
//! fn main() {
//!     kiln_build::generate();
//! }
//! ```
//!
//! and includes the result with `kiln::site!();` in its `src/main.rs`. This crate reads `src/pages`
//! and `kiln.toml` and writes one file, `site.rs`, into `OUT_DIR`. It never runs a page: what a page
//! exports is decided by its syntax.
//!
//! Mistakes in a site do not fail the build script, because an editor shows nothing for a package whose
//! build script fails. They are written into the generated file as `compile_error!`, all of them, so
//! that the compiler reports them and help in the other pages stays alive.

mod config;
mod diagnostic;
mod header_rule;
mod redirect;
mod scan;

mod ident;
mod pattern;

mod page;

mod parse;

mod check;

mod matcher;
mod middleware;

mod table;

mod modules;

mod links;

mod emit;

mod generate;

#[doc(hidden)]
pub mod testing;

#[cfg(test)]
mod tests;

pub use self::generate::{Site, generate};
