//! What a build is asked for, and what its threads share.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use anyhow::{Result, anyhow};

use super::dist::{self, Way, Writer};
use super::manifest::Manifest;
use super::manifest::given::Given;
use super::output::headers::sent::AllSent;
use super::output::precompress::encoders::Precompress;
use super::redirects::list::{self, Redirects};
use super::render::queue::Queue;
use super::render::task::Ready;
use super::report::Tally;
use super::report::failure::Failures;
use super::report::progress::Progress;
use super::report::warning::Warnings;
use super::shards::Shard;
use super::shards::listed::Listed;
use crate::request::runtime::Runtime;
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

/// All that the threads of one build share.
#[derive(Debug)]
pub(crate) struct Build {
    pub(crate) site: &'static Site,
    pub(crate) shard: Option<Shard>,
    pub(crate) runtime: Runtime,
    pub(crate) pool: rayon::ThreadPool,
    pub(crate) queue: Arc<Queue<Ready>>,
    pub(crate) manifest: Manifest,
    pub(crate) given: Given,
    pub(crate) writer: Writer,
    pub(crate) precompress: Precompress,
    pub(crate) redirects: Redirects,
    /// The redirects of kiln.toml that lead from a path for each page, each with its index.
    pub(crate) expanding: Vec<(usize, &'static RedirectRule)>,
    pub(crate) sent: AllSent,
    pub(crate) failures: Failures,
    pub(crate) warnings: Arc<Warnings>,
    pub(crate) progress: Progress,
    /// One for each route, in table order; then one for each redirect of kiln.toml.
    pub(crate) tallies: Vec<Tally>,
    /// The files of `public/`, those of other shards among them; once all have come.
    pub(crate) public_files: OnceLock<Listed>,
}

impl Build {
    pub(crate) fn start(
        site: &'static Site,
        options: &Options,
        warnings: &Arc<Warnings>,
    ) -> Result<Self> {
        let out = dist::out_folder::resolve(site, &options.out)?;
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(options.jobs)
            .thread_name(|at| format!("kiln-{at}"))
            .build()
            .map_err(|error| cannot_start(options.jobs, &error))?;
        let runtime = Runtime::new()?;
        let way = if site.config.atomic { Way::Atomic } else { options.way };
        let writer = Writer::open(&out, options.jobs, options.sync, way)?;
        let sources = 0..site.routes().len() + site.redirects.len();
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
            expanding: list::expanding(site),
            sent: AllSent::default(),
            failures: Failures::default(),
            warnings: Arc::clone(warnings),
            progress: Progress::default(),
            tallies: sources.map(|_| Tally::default()).collect(),
            public_files: OnceLock::new(),
        })
    }

    /// The out folder, for messages.
    pub(crate) fn out(&self) -> String {
        self.writer.out().display().to_string()
    }

    pub(crate) fn route_tallies(&self) -> impl Iterator<Item = &Tally> {
        self.tallies.iter().take(self.site.routes().len())
    }
}

/// The error of a system that refuses the threads that render.
fn cannot_start(jobs: usize, error: &rayon::ThreadPoolBuildError) -> anyhow::Error {
    let threads = if jobs == 1 { "a thread".to_owned() } else { format!("{jobs} threads") };
    anyhow!("cannot start {threads}: {error}\n  hint: `--jobs N` takes a smaller number of threads")
}
