//! The static build: calls every prerendered endpoint and writes `dist/`.
//!
//! Rendering knows no disk and writing knows no routes; the two are fused for each page, so that a page is
//! in memory only while it is made. Nothing in the out folder changes before every page is there.

mod failure;
mod warning;

mod progress;
mod runtime;

mod queue;
mod task;

mod shard;

mod content;
mod digest;
mod expand;
mod location;
mod pages;
mod plan;
mod redirect;
mod render;
mod sent;

mod out_folder;
mod portable;
mod public;
mod write;

mod precompress;

mod addresses;
mod batches;
mod claims;
mod given;
mod key;
mod manifest;

mod host_files;
mod meta;
mod targets;

mod merge;

mod report;

#[cfg(test)]
mod error_pages;
#[cfg(test)]
mod vectors;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use anyhow::{Result, anyhow};

#[cfg(feature = "tokio")]
pub(crate) use self::runtime::Runtime;
pub use self::runtime::block_on;
#[cfg(feature = "server")]
pub(crate) use self::runtime::start_tokio;

#[cfg(feature = "server")]
pub(crate) use self::failure::Trace;
pub(crate) use self::failure::{Failure, counted, grouped, tokio_hint};
pub(crate) use self::out_folder::RefusedFolder;
pub(crate) use self::public::has as is_public;
#[cfg(feature = "server")]
pub(crate) use self::public::is_there as has_public;
pub(crate) use self::report::Report;
pub(crate) use self::shard::Shard;
pub(crate) use self::warning::Warnings;
pub(crate) use self::write::Way;
#[cfg(feature = "server")]
pub(crate) use self::write::built;

use self::failure::Failures;
use self::given::Given;
use self::manifest::{Listing, Manifest};
use self::precompress::Precompress;
use self::progress::Progress;
use self::queue::Queue;
use self::redirect::Redirects;
use self::report::Tally;
#[cfg(not(feature = "tokio"))]
use self::runtime::Runtime;
use self::sent::AllSent;
use self::shard::list;
use self::shard::listed::Listed;
use self::warning::Kind;
use self::write::Writer;
use crate::request::exit::RunningBuild;
use crate::routing::redirect_rule::RedirectRule;
use crate::site::Site;

/// What a build is asked for.
#[derive(Debug)]
pub(crate) struct Options {
    /// The folder that is written, absolute.
    pub(crate) out: PathBuf,
    /// How many threads render.
    pub(crate) jobs: usize,
    /// Whether the new files are on the disk before they replace others.
    pub(crate) sync: bool,
    /// Whether nothing is printed but mistakes and warnings.
    pub(crate) quiet: bool,
    /// Whether a warning fails the build.
    pub(crate) strict: bool,
    /// How the new site takes the place of the old one.
    pub(crate) way: Way,
    /// The part of the site that is built; all of it where there is none.
    pub(crate) shard: Option<Shard>,
}

/// How a build ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    Built(Report),
    /// The out folder is as it was.
    Failed(Vec<Failure>),
}

/// All that the threads of one build share.
#[derive(Debug)]
struct Build {
    site: &'static Site,
    shard: Option<Shard>,
    runtime: Runtime,
    pool: rayon::ThreadPool,
    queue: Arc<Queue>,
    manifest: Manifest,
    given: Given,
    writer: Writer,
    precompress: Precompress,
    redirects: Redirects,
    /// The redirects of kiln.toml that lead from a path for each page, each with its index.
    expanding: Vec<(usize, &'static RedirectRule)>,
    sent: AllSent,
    failures: Failures,
    warnings: Arc<Warnings>,
    progress: Progress,
    /// One for each route, in table order; then one for each redirect of kiln.toml.
    tallies: Vec<Tally>,
    /// The files of `public/`, those of other shards among them; once all have come.
    public_files: OnceLock<Listed>,
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
    let panics = failure::catch_panics();
    let build = Arc::new(Build::start(site, options, warnings)?);
    let ticker = build.progress.start(options.quiet);
    redirect::configured(&build);
    let public_files = public::copy(&build, &site.folder().join("public"));
    build.public_files.get_or_init(|| public_files);
    build.pool.in_place_scope(|scope| {
        // One job for each thread of the pool, as long as there are pages.
        scope.spawn_broadcast(|_, _| build.queue.work(&build, options.jobs));
        expand::all(&build, options.jobs);
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
    let out = out_folder::resolve(site, &options.out)?;
    let parts = match merge::open(site, folders, &out) {
        Ok(parts) => parts,
        Err(mut failures) => {
            failures.sort();
            return Ok(Outcome::Failed(failures));
        }
    };
    let build = Build::start(site, options, warnings)?;
    let ticker = build.progress.start(options.quiet);
    build.pool.install(|| merge::copy(&build, parts));
    drop(ticker);
    build.finish(started, options.strict)
}

/// The error of a system that refuses the threads that render.
fn cannot_start(jobs: usize, error: &rayon::ThreadPoolBuildError) -> anyhow::Error {
    let threads = if jobs == 1 { "a thread".to_owned() } else { format!("{jobs} threads") };
    anyhow!("cannot start {threads}: {error}\n  hint: `--jobs N` takes a smaller number of threads")
}

impl Build {
    fn start(site: &'static Site, options: &Options, warnings: &Arc<Warnings>) -> Result<Self> {
        let out = out_folder::resolve(site, &options.out)?;
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(options.jobs)
            .thread_name(|at| format!("kiln-{at}"))
            .build()
            .map_err(|error| cannot_start(options.jobs, &error))?;
        let runtime = Runtime::new()?;
        let way = if site.config.atomic { Way::Atomic } else { options.way };
        let writer = Writer::open(&out, options.jobs, options.sync, way)?;
        let sources = 0..site.routes().len() + site.config.redirects.len();
        let precompress = Precompress::new(site.config.precompress, &writer)?;
        Ok(Build {
            site,
            shard: options.shard,
            runtime,
            pool,
            queue: Arc::default(),
            manifest: Manifest::new(writer.scratch()),
            given: Given::default(),
            writer,
            precompress,
            redirects: Redirects::default(),
            expanding: redirect::expanding(site),
            sent: AllSent::default(),
            failures: Failures::default(),
            warnings: Arc::clone(warnings),
            progress: Progress::default(),
            tallies: sources.map(|_| Tally::default()).collect(),
            public_files: OnceLock::new(),
        })
    }

    /// Puts what was written in place; or throws it away, where there was a failure.
    fn finish(&self, started: Instant, is_strict: bool) -> Result<Outcome> {
        let ended = self.pool.install(|| {
            meta::write(self)?;
            let listing = self.manifest.close();
            let (comparison, collisions) = rayon::join(
                || self.writer.compare(&listing),
                || claims::collisions(&listing, &[], self.site, &self.given),
            );
            let (comparison, mut collisions) = (comparison?, collisions?);
            if !comparison.foreign().is_empty() {
                let foreign = comparison.foreign();
                collisions = claims::collisions(&listing, foreign, self.site, &self.given)?;
            }
            for warning in collisions.warnings {
                self.warnings.add(Kind::Address, warning);
            }
            let failures = self.failures(collisions.failures, comparison.foreign(), is_strict);
            match failures.is_empty() {
                true => {
                    self.write_list(&listing)?;
                    self.precompress.write_list(&self.writer)?;
                    self.sent.write_list(&self.writer)?;
                    self.writer.commit(&listing, comparison).map(Ok)
                }
                false => Ok(Err(failures)),
            }
        });
        let committed = match ended {
            Ok(Ok(committed)) => committed,
            Ok(Err(failures)) => {
                self.writer.discard();
                return Ok(Outcome::Failed(failures));
            }
            Err(error) => {
                self.writer.discard();
                let mut failures = self.failures.take();
                if failures.is_empty() {
                    return Err(error);
                }
                failures.push(Failure::of(self.out(), format!("{error:#}")));
                return Ok(Outcome::Failed(failures));
            }
        };
        Ok(Outcome::Built(Report {
            shard: self.shard,
            pages: self.route_tallies().map(|tally| tally.paths.load(Relaxed)).sum(),
            redirects: self.redirects.count(),
            variants: self.precompress.variants(),
            seconds: started.elapsed().as_secs_f64(),
            routes: report::routes(self.site, &self.tallies),
            committed,
        }))
    }

    /// All that went wrong, once all was made.
    fn failures(
        &self,
        collisions: Vec<Failure>,
        foreign: &[String],
        is_strict: bool,
    ) -> Vec<Failure> {
        self.failures.extend(self.writer.broken());
        self.failures.extend(collisions);
        // Where the build fails, what would have stayed is of no interest.
        if is_strict || self.failures.is_empty() {
            self.warn_of_foreign(foreign);
        }
        if is_strict {
            self.failures.extend(self.warnings.take());
        }
        self.failures.take()
    }

    fn warn_of_foreign(&self, names: &[String]) {
        for name in names {
            let warning = Failure::of(name, "was not written by kiln, and stays")
                .place(self.writer.out().join(name).display().to_string())
                .hint("remove it, or put it into `public/` where it belongs to the site");
            self.warnings.add(Kind::Foreign, warning);
        }
    }

    /// The out folder, for messages.
    fn out(&self) -> String {
        self.writer.out().display().to_string()
    }

    fn route_tallies(&self) -> impl Iterator<Item = &Tally> {
        self.tallies.iter().take(self.site.routes().len())
    }

    /// Writes what `merge` must know of a shard.
    fn write_list(&self, listing: &Listing) -> Result<()> {
        let Some(shard) = self.shard else { return Ok(()) };
        let listed = self.route_tallies().map(|tally| &tally.listed).chain([&self.public_files]);
        let pages = listed.map(|listed| listed.get().cloned().unwrap_or_default()).collect();
        let head = list::Head { shard, fingerprint: self.site.fingerprint(), pages };
        let path = self.writer.new_file(list::FILE);
        let (redirects, sent) = (self.redirects.sorted(), self.sent.sorted());
        list::write(&path, &head, listing, &redirects, &sent, &self.given.kept())
    }
}
