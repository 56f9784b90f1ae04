//! The static build: calls every prerendered endpoint and writes `dist/`.
//!
//! Rendering knows no disk and writing knows no routes; the two are fused for each page, so that a page is
//! in memory only while it is made. Nothing in the out folder changes before every page is there.

mod failure;
mod progress;
mod runtime;

mod gate;
mod queue;
mod task;

mod claims;
mod expand;
mod plan;
mod redirect;
mod render;

mod public;
mod write;

mod report;

#[cfg(test)]
mod vectors;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};

pub use self::runtime::block_on;

pub(crate) use self::failure::Failure;
pub(crate) use self::report::Report;
pub(crate) use self::write::RefusedFolder;

use self::claims::Claims;
use self::failure::Failures;
use self::gate::Gate;
use self::progress::Progress;
use self::queue::Queue;
use self::redirect::Redirects;
use self::report::Tally;
use self::runtime::Runtime;
use self::write::Writer;
use crate::site::Site;

/// What a build is asked for.
#[derive(Debug)]
pub(crate) struct Options {
    /// The folder that is written, absolute.
    pub(crate) out: PathBuf,
    /// How many threads render.
    pub(crate) jobs: usize,
    /// Whether nothing is printed but mistakes.
    pub(crate) quiet: bool,
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
    runtime: Runtime,
    pool: rayon::ThreadPool,
    gate: Gate,
    queue: Arc<Queue>,
    claims: Claims,
    writer: Writer,
    redirects: Redirects,
    failures: Failures,
    progress: Progress,
    /// One for each route, in table order.
    tallies: Vec<Tally>,
}

/// Builds the site: the steps in the order in which they run.
///
/// # Errors
///
/// Where nothing can be built at all, because the out folder is not kiln's for example. What goes wrong with
/// single pages is an [`Outcome`].
pub(crate) fn build(site: &'static Site, options: &Options) -> Result<Outcome> {
    let started = Instant::now();
    let panics = failure::catch_panics();
    let build = Arc::new(Build::start(site, options)?);
    let ticker = build.progress.start(options.quiet);
    for name in write::RESERVED {
        build.claims.claim_file(name, "kiln, for its record of what it wrote".into());
    }
    public::copy(&build, &site.folder().join("public"));
    thread::scope(|scope| {
        // One job for each thread of the pool, as long as there are pages.
        scope.spawn(|| build.pool.broadcast(|_| build.queue.work(&build)));
        expand::all(&build, options.jobs);
        build.gate.wait_until_empty();
        build.queue.close();
    });
    redirect::write_list(&build);
    drop(ticker);
    drop(panics);
    build.finish(started)
}

/// Fails where the out folder is one that the site is made from, lies in one, or holds one.
fn refuse_sources(site: &Path, out: &Path) -> Result<()> {
    let out = real(out);
    for source in ["src", "content", "public"].map(|name| real(&site.join(name))) {
        if out.starts_with(&source) || source.starts_with(&out) {
            bail!(RefusedFolder::new(format!(
                "{} cannot be written: {} is what the site is made from",
                out.display(),
                source.display()
            )));
        }
    }
    Ok(())
}

/// The path without links, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let existing = path.ancestors().find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
    match existing {
        Some((folder, real)) => match path.strip_prefix(folder) {
            Ok(rest) if !rest.as_os_str().is_empty() => real.join(rest),
            _ => real,
        },
        None => path.to_path_buf(),
    }
}

impl Build {
    fn start(site: &'static Site, options: &Options) -> Result<Self> {
        refuse_sources(&site.folder(), &options.out)?;
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(options.jobs)
            .thread_name(|at| format!("kiln-{at}"))
            .build()
            .context("cannot start the threads that render")?;
        Ok(Build {
            site,
            runtime: Runtime::new()?,
            pool,
            gate: Gate::default(),
            queue: Arc::default(),
            claims: Claims::default(),
            writer: Writer::open(&options.out)?,
            redirects: Redirects::default(),
            failures: Failures::default(),
            progress: Progress::default(),
            tallies: site.routes().iter().map(|_| Tally::default()).collect(),
        })
    }

    /// Puts what was written in place; or throws it away, where there was a failure.
    fn finish(&self, started: Instant) -> Result<Outcome> {
        self.failures.extend(self.claims.collisions());
        let failures = self.failures.take();
        if !failures.is_empty() {
            self.writer.discard();
            return Ok(Outcome::Failed(failures));
        }
        let committed = match self.writer.commit() {
            Ok(committed) => committed,
            Err(error) => {
                self.writer.discard();
                return Err(error);
            }
        };
        Ok(Outcome::Built(Report {
            pages: self.tallies.iter().map(|tally| tally.paths.load(Relaxed)).sum(),
            redirects: self.redirects.count(),
            seconds: started.elapsed().as_secs_f64(),
            routes: report::routes(self.site, &self.tallies),
            committed,
        }))
    }
}
