//! Mistakes in content, as a build reports them.

use kiln_content::{Mistake, Mistakes};

use super::diagnostic::Diagnostic;

/// The mistakes in content that an error of a page consists of; `None` for other errors.
///
/// Of those that the build reports in any case, the first stands for all: every page that reads a collection fails with all of its
/// mistakes, which may be as many as there are pages.
pub(crate) fn mistakes(error: &anyhow::Error) -> Option<Box<[Diagnostic]>> {
    let mistakes = error.chain().find_map(|cause| cause.downcast_ref::<Mistakes>())?;
    let most = if mistakes.are_reported() { 1 } else { usize::MAX };
    Some(mistakes.all().iter().take(most).map(diagnostic).collect())
}

/// A mistake as a failure of the build.
pub(crate) fn diagnostic(mistake: &Mistake) -> Diagnostic {
    let at = mistake.position.as_ref().map_or([0, 0], |at| [at.line, at.column]);
    // No editor shows as many lines.
    let at = at.map(|number| u32::try_from(number).unwrap_or(u32::MAX));
    Diagnostic::in_content(&mistake.file, at, mistake.to_string())
}
