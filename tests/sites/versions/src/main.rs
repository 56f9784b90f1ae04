//! A site in two versions, and a third that is the first with a few pages of the second. `VERSION` says which when the site
//! runs, so that one binary builds all, and `FAIL` makes one of its pages fail.

#[cfg(test)]
#[path = "../../answers.rs"]
mod answers;

kiln::site!();

/// 1 where nothing is said.
pub fn version() -> usize {
    if std::env::var("VERSION").is_ok_and(|version| version == "2") { 2 } else { 1 }
}

/// The version of the few pages.
pub fn version_of_few() -> usize {
    if std::env::var("VERSION").is_ok_and(|version| version == "few") { 2 } else { version() }
}
