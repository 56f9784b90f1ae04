//! The build-time half of kiln: turns the pages folder of a site into its route table and its typed links.
//!
//! Call it from the build script of a site:
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
//! Mistakes in a site do not fail the build script, because editors show nothing for a package whose build script
//! fails. All of them are written into the generated file as `compile_error!`, so that the compiler reports them and
//! editor support keeps working in the other pages.

mod config;
mod content;
mod diagnostic;
mod header_rule;
mod redirect;
mod scan;

mod ident;
mod pattern;

mod page;

mod parse;
mod path_pattern;

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
