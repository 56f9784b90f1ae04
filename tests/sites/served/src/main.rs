//! A site with all that only a server does.

#[cfg(test)]
#[path = "../../asked.rs"]
mod asked;
mod bomb;
mod gate;

kiln::site!();
