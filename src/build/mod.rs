//! The static build: calls every prerendered endpoint and writes `dist/`.
//!
//! Rendering knows no disk and writing knows no routes; the two are fused for each page, so that a page is
//! in memory only while it is made. Nothing in the out folder changes before every page is there.
pub(crate) mod report;

pub(crate) mod dist;
pub(crate) mod shards;

pub(crate) mod manifest;
pub(crate) mod redirects;

pub(crate) mod output;
pub(crate) mod render;

mod finish;
mod state;

#[cfg(test)]
mod error_pages;
#[cfg(test)]
mod vectors;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;

pub(crate) use self::dist::Way;
#[cfg(feature = "server")]
pub(crate) use self::dist::built;
pub(crate) use self::dist::out_folder::RefusedFolder;
pub(crate) use self::report::Report;
pub(crate) use self::report::failure::{Failure, counted};
pub(crate) use self::report::warning::Warnings;
pub(crate) use self::shards::Shard;
pub(crate) use self::state::Options;

use self::report::warning::Kind;
use self::state::Build;
use crate::request::exit::RunningBuild;
use crate::request::panics;
use crate::site::Site;

/// How a build ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    Built(Report),
    /// The out folder is as it was.
    Failed(Vec<Failure>),
}

/// Builds the site: the steps in the order in which they run.
///
/// Warnings are left in `warnings`, also where the build ends in an error; those that fail a strict build are among its
/// failures instead.
///
/// # Errors
///
/// Where nothing can be built at all, because the out folder is not kiln's for example. What goes wrong with
/// single pages is an [`Outcome`].
pub(crate) fn build(
    site: &'static Site,
    options: &Options,
    warnings: &Arc<Warnings>,
) -> Result<Outcome> {
    let started = Instant::now();
    for file in site.changed_sources() {
        let warning = Failure::of(file, "is not what this binary was compiled from")
            .hint("`touch build.rs` makes Cargo compile the site again");
        warnings.add(Kind::Source, warning);
    }
    let running = RunningBuild::start();
    let panics = panics::catch_panics();
    let build = Arc::new(Build::start(site, options, warnings)?);
    let ticker = build.progress.start(options.quiet);
    redirects::configured(&build);
    let public_files = output::public::copy(&build, &site.folder().join("public"));
    build.public_files.get_or_init(|| public_files);
    build.pool.in_place_scope(|scope| {
        // One job for each thread of the pool, as long as there are pages.
        scope.spawn_broadcast(|_, _| render::worker::work(&build, options.jobs));
        render::expand::all(&build, options.jobs);
        build.queue.close();
    });
    drop(ticker);
    drop(panics);
    let outcome = build.finish(started, options.strict);
    drop(running);
    outcome
}

/// Joins the shards of one build, each in a folder that it was built to.
///
/// # Errors
///
/// As with [`build`]. What is wrong with the shards is an [`Outcome`].
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
        Err(mut failures) => {
            failures.sort();
            return Ok(Outcome::Failed(failures));
        }
    };
    let build = Build::start(site, options, warnings)?;
    let ticker = build.progress.start(options.quiet);
    build.pool.install(|| shards::merge::copy(&build, parts));
    drop(ticker);
    build.finish(started, options.strict)
}
