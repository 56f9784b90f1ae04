//! A site in two versions. `VERSION` says which when the site runs, so that one binary builds both, and `FAIL` makes
//! one of its pages fail.

#[cfg(test)]
#[path = "../../asked.rs"]
mod asked;

kiln::site!();

/// 1 where nothing is said.
pub fn version() -> usize {
    if std::env::var("VERSION").is_ok_and(|version| version == "2") { 2 } else { 1 }
}
