//! Loads the collections of the site, and reports their mistakes.

use anyhow::Result;
use kiln_content::{Mistake, Mistakes};

use super::manifest::Listing;
use super::parallel;
use super::redirects::targets;
use super::report::diagnostic::Diagnostic;
use super::report::warning::Kind;
use super::state::Build;
use crate::routing::page_path::RoutePath;

/// Loads all collections on the threads of the build, also those that no page reads.
pub(super) fn load(build: &Build) {
    build.site.register_collections();
    parallel::install(&build.pool, || {
        for (_, collection) in build.site.collections {
            build.failures.extend(collection.mistakes().iter().map(diagnostic));
        }
    });
}

/// Reports the warnings of Markdown that was rendered.
pub(super) fn warn(build: &Build) {
    for warning in build.assets.rendered.take_warnings() {
        build.warnings.add(Kind::Content, Diagnostic::of("content", warning));
    }
}

/// Reports links in Markdown to pages that no route has made. A shard does not know the pages of the others.
pub(super) fn check_links(build: &Build, listing: &Listing) -> Result<()> {
    let links = build.assets.rendered.take_links();
    if build.shard.is_some() || links.is_empty() {
        return Ok(());
    }
    let paths: Vec<RoutePath> =
        links.keys().filter_map(|path| RoutePath::of_segments(path)).collect();
    let missing = targets::missing(build, listing, paths.iter())?;
    let mistakes = links.iter().filter(|(path, _)| missing.contains(*path));
    build.failures.extend(mistakes.flat_map(|(_, mistakes)| mistakes).map(diagnostic));
    Ok(())
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
