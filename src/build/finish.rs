//! The end of a build: the new files are moved into place, or discarded.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use anyhow::Result;

use super::Outcome;
use super::changes::{self, Changes};
use super::dist::Committed;
use super::manifest::Listing;
use super::manifest::collisions::collisions;
use super::output::{self, headers};
use super::parallel;
use super::report::assets::AssetCounts;
use super::report::diagnostic::Diagnostic;
use super::report::warning::Kind;
use super::report::{self, Report};
use super::shards::list;
use super::state::Build;

/// What a build did once nothing had failed.
struct Done {
    committed: Committed,
    changes: Option<changes::Counts>,
}

impl Build {
    /// Moves the new files into place, or discards them after a failure.
    pub(crate) fn finish(
        &self,
        started: Instant,
        is_strict: bool,
        changes: Option<Changes>,
    ) -> Result<Outcome> {
        match parallel::install(&self.pool, || self.commit(is_strict, changes)) {
            Ok(Ok(done)) => Ok(Outcome::Built(Box::new(self.report(started, done)))),
            Ok(Err(failures)) => {
                self.writer.discard();
                Ok(Outcome::Failed(failures))
            }
            Err(error) => {
                self.writer.discard();
                self.failed(error).map(Outcome::Failed)
            }
        }
    }

    /// An error after pages have failed, as the last failure.
    fn failed(&self, error: anyhow::Error) -> Result<Vec<Diagnostic>> {
        let mut failures = self.failures.take();
        if failures.is_empty() {
            return Err(error);
        }
        failures.push(Diagnostic::of(self.out(), format!("{error:#}")));
        Ok(failures)
    }

    /// Does what [`Build::finish`] does but for the out folder. Returns the list of all paths and files unless there are
    /// failures, which are returned instead.
    #[cfg(feature = "check")]
    pub(super) fn verify(&self) -> Result<Result<Listing, Vec<Diagnostic>>> {
        let verify = || {
            let listing = self.list()?;
            let found = collisions(&listing, &[], self.site, &self.listed_params)?;
            for warning in found.warnings {
                self.warnings.add(Kind::Address, warning);
            }
            Ok((listing, found.failures))
        };
        match verify() {
            Ok((listing, collisions)) => {
                let failures = self.failures(collisions, &[], false);
                Ok(if failures.is_empty() { Ok(listing) } else { Err(failures) })
            }
            Err(error) => self.failed(error).map(Err),
        }
    }

    /// Writes the files that depend on all pages, and lists all paths and files.
    fn list(&self) -> Result<Listing> {
        output::assets::write(self)?;
        output::site_files::write(self)?;
        let listing = self.manifest.close();
        #[cfg(feature = "content")]
        {
            super::content::warn(self);
            super::content::check_links(self, &listing)?;
        }
        Ok(listing)
    }

    /// Moves the new files into place unless there are failures, which are returned.
    fn commit(
        &self,
        is_strict: bool,
        changes: Option<Changes>,
    ) -> Result<Result<Done, Vec<Diagnostic>>> {
        let listing = self.list()?;
        let (comparison, found) = parallel::join(
            || self.writer.compare(&listing),
            || collisions(&listing, &[], self.site, &self.listed_params),
        );
        let (comparison, mut found) = (comparison?, found?);
        if !comparison.foreign().is_empty() {
            let foreign = comparison.foreign();
            found = collisions(&listing, foreign, self.site, &self.listed_params)?;
        }
        for warning in found.warnings {
            self.warnings.add(Kind::Address, warning);
        }
        let failures = self.failures(found.failures, comparison.foreign(), is_strict);
        if !failures.is_empty() {
            return Ok(Err(failures));
        }
        self.write_list(&listing)?;
        self.precompress.write_list(&self.writer)?;
        let headers = self.headers.sorted();
        headers::list::write(&self.writer.new_file(headers::list::FILE), &headers)?;
        let changes =
            changes.map(|changes| changes.compare(self, &listing, &headers)).transpose()?;
        let committed = self.writer.commit(&listing, comparison)?;
        let changes = changes.map(Changes::publish).transpose()?;
        Ok(Ok(Done { committed, changes }))
    }

    fn report(&self, started: Instant, done: Done) -> Report {
        let Done { committed, changes } = done;
        Report {
            shard: self.shard,
            pages: self.route_tallies().map(|tally| tally.paths.load(Relaxed)).sum(),
            redirects: self.redirects.count(),
            assets: AssetCounts::of(self.asset_files.names().iter().map(String::as_str)),
            variants: self.precompress.variants(),
            seconds: started.elapsed().as_secs_f64(),
            routes: report::routes(self.site, &self.tallies),
            committed,
            changes,
        }
    }

    /// All failures, once all pages are done.
    fn failures(
        &self,
        collisions: Vec<Diagnostic>,
        foreign: &[String],
        is_strict: bool,
    ) -> Vec<Diagnostic> {
        self.failures.extend(self.writer.broken());
        self.failures.extend(collisions);
        // Foreign files do not matter if the build fails anyway.
        if is_strict || self.failures.is_empty() {
            self.warn_of_foreign(foreign);
        }
        if is_strict {
            self.failures.extend(self.warnings.take().into_iter().map(Diagnostic::into_error));
        }
        self.failures.take()
    }

    fn warn_of_foreign(&self, names: &[String]) {
        for name in names {
            let warning = Diagnostic::of(name, "was not written by kiln, and stays")
                .place(self.writer.out().join(name).display().to_string())
                .hint("remove it, or move it to `public/` if it belongs to the site");
            self.warnings.add(Kind::Foreign, warning);
        }
    }

    /// Writes the list of a shard for `merge`.
    fn write_list(&self, listing: &Listing) -> Result<()> {
        let Some(shard) = self.shard else { return Ok(()) };
        let listed = self.route_tallies().map(|tally| &tally.listed).chain([&self.public_files]);
        let pages = listed.map(|listed| listed.get().cloned().unwrap_or_default()).collect();
        let head = list::Head { shard, fingerprint: self.site.fingerprint(), pages };
        let path = self.writer.new_file(list::FILE);
        let (redirects, sent) = (self.redirects.sorted(), self.headers.sorted());
        let listed_params = self.listed_params.kept();
        let made = list::Made {
            listing,
            redirects: &redirects,
            sent: &sent,
            listed_params: listed_params.entries(),
            sitemap: self.sitemap.as_ref(),
        };
        list::write(&path, &head, made)
    }
}
