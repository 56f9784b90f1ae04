//! A site with a page of every kind.

#[cfg(test)]
#[path = "../../asked.rs"]
mod asked;
mod layout;

kiln::site!();
