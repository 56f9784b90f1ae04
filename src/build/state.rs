//! The options of a build, and the state shared by its threads.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use anyhow::{Result, anyhow};

#[cfg(feature = "check")]
use super::check::Check;
use super::dist::{self, Replacement, Writer};
use super::manifest::Manifest;
use super::manifest::listed_params::ListedParams;
use super::output::assets::AssetFiles;
use super::output::headers::collector::HeaderCollector;
use super::output::precompress::encoders::Precompress;
use super::redirects::list::{self, Redirects};
use super::render::queue::Queue;
use super::render::task::Ready;
use super::report::Tally;
use super::report::diagnostic::Failures;
use super::report::progress::Progress;
use super::report::warning::Warnings;
use super::shards::Shard;
use super::shards::digest::ListDigest;
use super::sorted_lines::SortedLines;
use crate::assets::Store;
use crate::assets::store::Lifetime;
use crate::config::Encoding;
use crate::request::runtime::Runtime;
use crate::routing::redirect_rule::RedirectRule;
use crate::site::Site;

/// The options of a build.
#[derive(Debug)]
pub(crate) struct Options {
    /// The out folder, absolute.
    pub(crate) out: PathBuf,
    /// The number of threads that render, and of those that resize images.
    pub(crate) jobs: usize,
    /// Whether the new files are flushed to the disk before they replace others.
    pub(crate) sync: bool,
    /// Whether only errors and warnings are printed.
    pub(crate) quiet: bool,
    /// Whether a warning fails the build.
    pub(crate) strict: bool,
    /// How the new site replaces the old one.
    pub(crate) replacement: Replacement,
    /// The shard to build; `None` for the whole site.
    pub(crate) shard: Option<Shard>,
    /// The file for what has changed since the last upload, absolute.
    pub(crate) changes: Option<PathBuf>,
}

#[cfg(test)]
impl Options {
    /// The options of a test: all defaults, into an absolute out folder.
    pub(crate) fn for_test(out: PathBuf, jobs: usize) -> Self {
        Options {
            out,
            jobs,
            sync: false,
            quiet: true,
            strict: false,
            replacement: Replacement::default(),
            shard: None,
            changes: None,
        }
    }
}

/// The state shared by all threads of a build.
pub(crate) struct Build {
    pub(crate) site: &'static Site,
    pub(crate) shard: Option<Shard>,
    pub(crate) runtime: Runtime,
    pub(crate) pool: rayon::ThreadPool,
    pub(crate) queue: Arc<Queue<Ready>>,
    pub(crate) manifest: Manifest,
    pub(crate) listed_params: ListedParams,
    pub(crate) writer: Writer,
    pub(crate) precompress: Precompress,
    pub(crate) redirects: Redirects,
    /// The rules of kiln.toml that make a redirect for each target page, each with its index.
    pub(crate) expanding: Vec<(usize, &'static RedirectRule)>,
    pub(crate) headers: HeaderCollector,
    /// The URLs of the sitemap, with their dates; `None` if the site has none.
    pub(crate) sitemap: Option<SortedLines>,
    /// Reads the HTML of pages; `None` if they are only written.
    #[cfg(feature = "check")]
    pub(crate) check: Option<Check>,
    pub(crate) failures: Failures,
    pub(crate) warnings: Arc<Warnings>,
    /// The files that pages have requested.
    pub(crate) assets: Arc<Store>,
    /// Those that were written.
    pub(crate) asset_files: AssetFiles,
    pub(crate) progress: Progress,
    /// One for each route, in table order; then one for each redirect of kiln.toml.
    pub(crate) tallies: Vec<Tally>,
    /// The files of `public/`, including those of other shards; set once all have arrived.
    pub(crate) public_files: OnceLock<ListDigest>,
}

/// Without what it has gathered, which would be a long text, and its types compiled for it alone.
impl fmt::Debug for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Build").field("package", &self.site.package).finish_non_exhaustive()
    }
}

impl Build {
    pub(crate) fn start(
        site: &'static Site,
        options: &Options,
        warnings: &Arc<Warnings>,
    ) -> Result<Self> {
        let out = dist::out_folder::resolve(site, &options.out)?;
        let replacement =
            if site.config.atomic { Replacement::Atomic } else { options.replacement };
        let open = || Writer::open(&out, options.jobs, options.sync, replacement);
        Build::with(site, options, warnings, open, site.config.precompress)
    }

    /// The state of a build with a writer, which is opened last: whatever fails before leaves no folder.
    pub(super) fn with(
        site: &'static Site,
        options: &Options,
        warnings: &Arc<Warnings>,
        open: impl FnOnce() -> Result<Writer>,
        encodings: &[Encoding],
    ) -> Result<Self> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(options.jobs)
            .thread_name(|at| format!("kiln-{at}"))
            .build()
            .map_err(|error| cannot_start(options.jobs, &error))?;
        let runtime = Runtime::new()?;
        let writer = open()?;
        let sources = 0..site.routes().len() + site.redirects.len();
        let precompress = Precompress::new(encodings, &writer)?;
        let scratch = writer.scratch();
        let assets = site.assets(Lifetime::Once);
        #[cfg(feature = "images")]
        let assets = assets.with_image_threads(options.jobs);
        Ok(Build {
            site,
            shard: options.shard,
            runtime,
            pool,
            queue: Arc::default(),
            manifest: Manifest::new(scratch.clone()),
            listed_params: ListedParams::default(),
            writer,
            precompress,
            redirects: Redirects::default(),
            expanding: list::expanding(site),
            headers: HeaderCollector::default(),
            sitemap: site.config.sitemap.map(|_| SortedLines::new(scratch.clone(), "sitemap")),
            #[cfg(feature = "check")]
            check: None,
            failures: Failures::default(),
            warnings: Arc::clone(warnings),
            assets: Arc::new(assets),
            asset_files: AssetFiles::default(),
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

/// The error if the system refuses the threads that render.
fn cannot_start(jobs: usize, error: &rayon::ThreadPoolBuildError) -> anyhow::Error {
    let threads = if jobs == 1 { "a thread".to_owned() } else { format!("{jobs} threads") };
    anyhow!("cannot start {threads}: {error}\n  hint: use fewer threads with `--jobs N`")
}
