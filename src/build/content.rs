//! Loads the collections of the site, and reports their mistakes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::Result;
use bytes::Bytes;
use http::Request;
use kiln_content::registry::Registered;

use super::manifest::Listing;
use super::parallel;
use super::redirects::targets;
use super::render::engine::WorkerState;
use super::report::content::diagnostic;
use super::report::diagnostic::Diagnostic;
use super::report::warning::Kind;
use super::state::Build;
use crate::page::context::Context;
use crate::page::error;
use crate::routing::page_path::RoutePath;

/// Loads all collections on the threads of the build, also those that no page reads.
pub(super) fn load(build: &Build) {
    build.site.register_collections();
    parallel::install(&build.pool, || {
        for (_, collection) in build.site.collections {
            let mistakes = collection.mistakes();
            build.failures.extend(mistakes.iter().map(diagnostic));
            if !mistakes.is_empty() {
                check_texts(build, *collection);
            }
        }
    });
}

/// Reports the mistakes in the Markdown of a collection that no page can show, since it has other mistakes.
fn check_texts(build: &Build, collection: &'static dyn Registered) {
    let worker = WorkerState::new(build.site, &build.assets, &build.writer.scratch());
    let request = Request::new(Bytes::new());
    let origin = build.site.config.origin();
    let ctx = Context::not_found(worker.engine, origin, request, String::new(), "/");
    match catch_unwind(AssertUnwindSafe(|| collection.text_mistakes(&ctx))) {
        Ok(mistakes) => build.failures.extend(mistakes.iter().map(diagnostic)),
        // An option of the collection panics, as it will for the first page when the other mistakes are gone.
        Err(panic) => error::discard(panic),
    }
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
    let site = build.site.folder();
    let links = links.iter().filter(|(path, _)| missing.contains(*path)).flat_map(|(_, link)| link);
    build.failures.extend(links.map(|link| diagnostic(&link.mistake(&site))));
    Ok(())
}
