//! A site with all that only a server does.

#[cfg(test)]
#[path = "../../answers.rs"]
mod answers;
mod bomb;
mod gate;

kiln::site!();
