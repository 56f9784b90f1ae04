//! Mistakes in content, as a build reports them.

use kiln_content::{Mistake, Mistakes};

use super::diagnostic::Diagnostic;

/// The mistakes in content that an error of a page consists of; none for other errors.
pub(crate) fn mistakes(error: &anyhow::Error) -> Vec<Diagnostic> {
    let mistakes = error.chain().find_map(|cause| cause.downcast_ref::<Mistakes>());
    mistakes.map(|mistakes| mistakes.all().iter().map(diagnostic).collect()).unwrap_or_default()
}

/// A mistake as a failure of the build.
pub(crate) fn diagnostic(mistake: &Mistake) -> Diagnostic {
    let at = mistake.position.as_ref().map_or([0, 0], |at| [at.line, at.column]);
    // No editor shows as many lines.
    let at = at.map(|number| u32::try_from(number).unwrap_or(u32::MAX));
    Diagnostic::in_content(&mistake.file, at, mistake.to_string())
}
