//! Loads the collections of the site, and reports their mistakes.

use kiln_content::{Mistake, Mistakes};

use super::parallel;
use super::report::diagnostic::Diagnostic;
use super::state::Build;

/// Loads all collections on the threads of the build, also those that no page reads.
pub(super) fn load(build: &Build) {
    build.site.register_collections();
    parallel::install(&build.pool, || {
        for (_, collection) in build.site.collections {
            build.failures.extend(collection.mistakes().iter().map(diagnostic));
        }
    });
}

/// The mistakes in content that an error of a page consists of; none for other errors.
pub(crate) fn mistakes(error: &anyhow::Error) -> Vec<Diagnostic> {
    let mistakes = error.chain().find_map(|cause| cause.downcast_ref::<Mistakes>());
    mistakes.map(|mistakes| mistakes.all().iter().map(diagnostic).collect()).unwrap_or_default()
}

fn diagnostic(mistake: &Mistake) -> Diagnostic {
    let at = mistake.position.as_ref().map_or([0, 0], |position| [position.line, position.column]);
    Diagnostic::in_content(&mistake.file, at, mistake.to_string())
}
