//! The command `check`: a build that writes nothing, and looks for mistakes in the HTML of its pages.
//!
//! Each page is read while its response is in memory, in the pass that would write it. What other pages decide, its links, is kept
//! as lines of text, which are sorted on disk if there are many. At the end, the lines of each path are adjacent: what answers
//! there, its ids, and the links to it. So memory does not grow with the site.
mod finding;
mod groups;
pub(crate) mod html;
pub(crate) mod link;
mod page;
mod record;
mod resolve;
mod scratch;
mod suggest;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use anyhow::{Context, Result};

pub(crate) use self::finding::Finding;
pub(crate) use self::scratch::Scratch;

use self::groups::Groups;
use self::suggest::Suggestions;
use super::dist::Writer;
use super::manifest::Listing;
use super::parallel;
use super::report::diagnostic::Diagnostic;
use super::report::warning::Warnings;
use super::state::{Build, Options};
use crate::config::Config;
use crate::request::exit::RunningBuild;
use crate::site::Site;

/// What is known of the pages so far.
#[derive(Debug)]
pub(crate) struct Check {
    config: &'static Config,
    /// What answers at each path, and the links to it.
    references: Groups,
    findings: Groups,
    pages: AtomicUsize,
    links: AtomicUsize,
}

/// The result of a check.
#[derive(Debug)]
pub(crate) enum Checked {
    Pages(Totals),
    /// Pages failed, so links to them cannot be checked.
    Failed(Vec<Diagnostic>),
}

/// The numbers of what was checked and found.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Totals {
    pub(crate) pages: usize,
    /// The links of each page, each once.
    pub(crate) links: usize,
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
}

/// Checks the site, and calls a function with each finding, in order.
///
/// # Errors
///
/// Fails if nothing can be checked at all, for example because the scratch folder cannot be written, or if the function
/// fails. Failures of single pages are the result.
pub(crate) fn check(
    site: &'static Site,
    options: &Options,
    warnings: &Arc<Warnings>,
    scratch: &Scratch,
    mut each: impl FnMut(&Finding) -> Result<()> + Send,
) -> Result<Checked> {
    super::warn_of_changes(site, warnings);
    let running = RunningBuild::start();
    let open = || Writer::nowhere(scratch.folder());
    let mut build = Build::with(site, options, warnings, open, &[])?;
    build.check = Some(Check::new(site.config, &build.writer.scratch()));
    let build = Arc::new(build);
    super::render(&build, options);
    let checked = parallel::install(&build.pool, || finish(&build, &mut each));
    build.writer.discard();
    drop(running);
    checked
}

fn finish(build: &Build, each: &mut dyn FnMut(&Finding) -> Result<()>) -> Result<Checked> {
    let listing = match build.verify()? {
        Ok(listing) => listing,
        Err(failures) => return Ok(Checked::Failed(failures)),
    };
    let Some(check) = &build.check else { return Ok(Checked::Failed(vec![])) };
    resolve::resolve(build, check, &listing)?;
    check.report(build, &listing, each).map(Checked::Pages)
}

impl Check {
    /// Keeps links in files in this folder if there are many.
    fn new(config: &'static Config, scratch: &Path) -> Self {
        Check {
            config,
            references: Groups::new(scratch.to_path_buf(), "references"),
            findings: Groups::new(scratch.to_path_buf(), "findings"),
            pages: AtomicUsize::new(0),
            links: AtomicUsize::new(0),
        }
    }

    /// Calls a function with each finding.
    fn report(
        &self,
        build: &Build,
        listing: &Listing,
        each: &mut dyn FnMut(&Finding) -> Result<()>,
    ) -> Result<Totals> {
        let mut suggestions = Suggestions::default();
        let room = Suggestions::room(listing)?;
        self.for_each(build.site, |finding| {
            if let finding::Nearest::SimilarTo(path) = &finding.nearest {
                suggestions.add(room, path);
            }
            Ok(())
        })?;
        suggestions.search(build, listing)?;
        let (pages, links) = (self.pages.load(Relaxed), self.links.load(Relaxed));
        let mut totals = Totals { pages, links, ..Totals::default() };
        self.for_each(build.site, |mut finding| {
            suggestions.apply(&mut finding.nearest);
            *(if finding.is_warning() { &mut totals.warnings } else { &mut totals.errors }) += 1;
            each(&finding)
        })?;
        Ok(totals)
    }

    /// Calls a function with each finding, merged with those that only differ in their targets.
    fn for_each(&self, site: &Site, mut each: impl FnMut(Finding) -> Result<()>) -> Result<()> {
        let mut last: Option<Finding> = None;
        self.findings.for_each(|text, pages| {
            let finding =
                Finding::of(site, text, pages).context("a list of findings was changed")?;
            if last.as_mut().is_some_and(|last| last.merge(site, &finding)) {
                return Ok(());
            }
            last.replace(finding).map_or(Ok(()), &mut each)
        })?;
        last.map_or(Ok(()), &mut each)
    }
}
