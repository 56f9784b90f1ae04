//! The references between stylesheets that are being followed.

use super::error::Mistake;

/// The references that are being followed: each file, and the place of the reference in it.
#[derive(Debug, Default)]
pub(super) struct Trail(pub(super) Vec<(String, (usize, usize))>);

impl Trail {
    /// The mistake if a path is in the trail. The cycle starts with the same file wherever it was entered.
    pub(super) fn cycle(&self, path: &str) -> Option<Mistake> {
        let start = self.0.iter().position(|(file, _)| file == path)?;
        let mut cycle: Vec<_> = self.0[start..].iter().collect();
        let least = (0..cycle.len()).min_by_key(|at| &cycle[*at].0)?;
        cycle.rotate_left(least);
        let (first, position) = cycle[0];
        let mut files: Vec<&str> = cycle.iter().map(|(file, _)| file.as_str()).collect();
        files.push(first);
        let message = format!("stylesheets import each other: {}", files.join(" -> "));
        let mistake = Mistake { position: Some(*position), ..Mistake::of(first, message) };
        Some(mistake.hint("remove one of these imports"))
    }
}
