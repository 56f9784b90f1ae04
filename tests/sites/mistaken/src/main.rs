//! A site with mistakes in its content.

mod content;

kiln::site!();
