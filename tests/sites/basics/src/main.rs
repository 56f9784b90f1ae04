//! A site with a page of every kind.

mod layout;

kiln::site!();
