//! A site with a page of every kind.

#[cfg(test)]
#[path = "../../answers.rs"]
mod answers;
mod layout;

kiln::site!();
