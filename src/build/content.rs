//! Loads the collections of the site, and reports their mistakes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use anyhow::Result;
use bytes::Bytes;
use http::Request;
use kiln_content::Mistake;
use kiln_content::registry::Registered;

use super::manifest::Listing;
use super::parallel;
use super::redirects::targets;
use super::render::engine::WorkerState;
use super::report::content::diagnostic;
use super::report::diagnostic::Diagnostic;
use super::report::warning::Kind;
use super::state::Build;
use crate::assets::Store;
use crate::assets::store::Lifetime;
use crate::page::context::Context;
use crate::page::error;
use crate::routing::page_path::RoutePath;

/// The entries that a thread checks at once.
const BATCH: usize = 64;

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
    check(build, &build.assets, |ctx| collection.text_mistakes(ctx));
}

/// Reports the mistakes in Markdown that no page has shown. A shard does not know what the others have shown.
pub(super) fn check_unshown(build: &Build) {
    if build.shard.is_some() {
        return;
    }
    // Files that no page shows are not written.
    let unwritten = Arc::new(build.site.assets(Lifetime::Once));
    parallel::install(&build.pool, || {
        let sound = build.site.collections.iter().filter(|(_, it)| it.mistakes().is_empty());
        for (_, collection) in sound {
            let unshown = collection.unshown();
            let batches: Vec<&[usize]> = unshown.chunks(BATCH).collect();
            let checked = parallel::for_each(&batches, |batch| {
                check(build, &unwritten, |ctx| collection.text_mistakes_at(batch, ctx));
                Ok(())
            });
            checked.expect("the check of a batch does not fail");
        }
    });
    for (path, links) in unwritten.rendered.take_links().into_entries() {
        for link in links {
            build.assets.rendered.note_link(&path, link);
        }
    }
}

/// Reports mistakes in Markdown. It is rendered for a page that does not exist, with files of a store.
fn check(build: &Build, files: &Arc<Store>, mistakes: impl FnOnce(&Context) -> Vec<Mistake>) {
    let worker = WorkerState::new(build.site, files, &build.writer.scratch());
    let request = Request::new(Bytes::new());
    let ctx = Context::not_found(worker.engine, &worker.origin, request, String::new(), "/");
    match catch_unwind(AssertUnwindSafe(|| mistakes(&ctx))) {
        Ok(mistakes) => build.failures.extend(mistakes.iter().map(diagnostic)),
        // An option of the collection panics, as it will for the first page when the other mistakes are gone.
        Err(panic) => error::discard(panic),
    }
}

/// Reports the warnings of Markdown that was rendered.
pub(super) fn warn(build: &Build) {
    for warning in build.assets.rendered.take_warnings().iter() {
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
        links.iter().filter_map(|(path, _)| RoutePath::of_segments(path)).collect();
    let missing = targets::missing(build, listing, &mut paths.iter())?;
    let site = build.site.folder();
    let links =
        links.iter().filter(|(path, _)| missing.contains(path)).flat_map(|(_, links)| links);
    build.failures.extend(links.map(|link| diagnostic(&link.mistake(&site))));
    Ok(())
}
