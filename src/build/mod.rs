//! The static build: calls every prerendered endpoint and writes `dist/`.
//!
//! Rendering does not know the disk, and writing does not know routes. Both happen together for each page, so that a
//! page is only in memory while it is made. The out folder does not change before every page is done.
pub(crate) mod report;

pub(crate) mod dist;
pub(crate) mod shards;

pub(crate) mod manifest;
pub(crate) mod redirects;

pub(crate) mod output;
pub(crate) mod render;

pub(crate) mod changes;
#[cfg(feature = "check")]
pub(crate) mod check;
#[cfg(feature = "content")]
mod content;
mod finish;
mod parallel;
pub(crate) mod sitemap;

mod sorted_lines;
mod state;

#[cfg(test)]
mod error_pages;
#[cfg(test)]
mod vectors;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;

#[cfg(feature = "check")]
pub(crate) use self::check::{Checked, Finding, Scratch, Totals, check};
pub(crate) use self::dist::Replacement;
#[cfg(feature = "server")]
pub(crate) use self::dist::built;
pub(crate) use self::dist::out_folder::RefusedFolder;
pub(crate) use self::report::Report;
pub(crate) use self::report::diagnostic::{Diagnostic, counted};
pub(crate) use self::report::warning::Warnings;
pub(crate) use self::shards::Shard;
pub(crate) use self::state::Options;

use self::changes::Changes;
use self::report::warning::Kind;
use self::state::Build;
use crate::request::exit::RunningBuild;
use crate::request::panics;
use crate::site::Site;
use crate::text::sorted::sorted;

/// The result of a build.
#[derive(Debug)]
pub(crate) enum Outcome {
    Built(Box<Report>),
    /// The build failed, and the out folder is unchanged.
    Failed(Vec<Diagnostic>),
}

/// Builds the site, step by step.
///
/// Warnings are added to `warnings`, even if the build fails; in a strict build, they are returned as failures instead.
///
/// # Errors
///
/// Fails if nothing can be built at all, for example because the out folder is not kiln's. Failures of single pages are
/// an [`Outcome`].
pub(crate) fn build(
    site: &'static Site,
    options: &Options,
    warnings: &Arc<Warnings>,
) -> Result<Outcome> {
    let started = Instant::now();
    warn_of_changes(site, warnings);
    let running = RunningBuild::start();
    let changes = options.changes.as_deref().map(Changes::open).transpose()?;
    let build = Arc::new(Build::start(site, options, warnings)?);
    render(&build, options);
    let outcome = build.finish(started, options.strict, changes);
    if let Ok(Outcome::Built(_)) = &outcome {
        // Sites and shards may share a target folder, and each keeps what it uses.
        build.assets.cache.finish(&format!("{} {:?}", site.folder().display(), options.shard));
    }
    drop(running);
    outcome
}

/// Warns of files from which the binary was compiled, and which are others now.
fn warn_of_changes(site: &Site, warnings: &Warnings) {
    for file in site.changed_sources() {
        let warning = Diagnostic::of(file, "has changed since this binary was compiled")
            .hint("`touch build.rs` makes Cargo compile the site again");
        warnings.add(Kind::Source, warning);
    }
}

/// Renders all pages, and copies `public/`.
fn render(build: &Arc<Build>, options: &Options) {
    let _panics = panics::catch_panics();
    let _ticker = build.progress.start(options.quiet);
    #[cfg(feature = "content")]
    content::load(build);
    redirects::configured(build);
    let public_files = output::public::copy(build, &build.site.folder().join("public"));
    build.public_files.get_or_init(|| public_files);
    build.pool.in_place_scope(|scope| {
        // Each thread of the pool works as long as there are pages.
        scope.spawn_broadcast(|_, _| render::worker::work(build, options.jobs));
        render::expand::all(build, options.jobs);
        build.queue.close();
    });
    #[cfg(feature = "content")]
    content::check_unshown(build);
}

/// Merges the shards of a build, each in its own folder.
///
/// # Errors
///
/// Like [`build`]. Problems with the shards are an [`Outcome`].
pub(crate) fn merge(
    site: &'static Site,
    folders: &[PathBuf],
    options: &Options,
    warnings: &Arc<Warnings>,
) -> Result<Outcome> {
    let started = Instant::now();
    let out = dist::out_folder::resolve(site, &options.out)?;
    let parts = match shards::merge::open(site, folders, &out) {
        Ok(parts) => parts,
        Err(failures) => return Ok(Outcome::Failed(sorted(failures))),
    };
    let changes = options.changes.as_deref().map(Changes::open).transpose()?;
    let build = Build::start(site, options, warnings)?;
    let ticker = build.progress.start(options.quiet);
    parallel::install(&build.pool, || shards::merge::copy(&build, parts));
    drop(ticker);
    build.finish(started, options.strict, changes)
}
