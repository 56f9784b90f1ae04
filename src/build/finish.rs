//! The end of a build: what was written takes its place, or is thrown away.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use anyhow::Result;

use super::Outcome;
use super::manifest::Listing;
use super::manifest::collisions::collisions;
use super::output::{self, headers};
use super::report::failure::Failure;
use super::report::warning::Kind;
use super::report::{self, Report};
use super::shards::list;
use super::state::Build;

impl Build {
    /// Puts what was written in place; or throws it away, where there was a failure.
    pub(crate) fn finish(&self, started: Instant, is_strict: bool) -> Result<Outcome> {
        let ended = self.pool.install(|| {
            output::site_files::write(self)?;
            let listing = self.manifest.close();
            let (comparison, found) = rayon::join(
                || self.writer.compare(&listing),
                || collisions(&listing, &[], self.site, &self.given),
            );
            let (comparison, mut found) = (comparison?, found?);
            if !comparison.foreign().is_empty() {
                let foreign = comparison.foreign();
                found = collisions(&listing, foreign, self.site, &self.given)?;
            }
            for warning in found.warnings {
                self.warnings.add(Kind::Address, warning);
            }
            let failures = self.failures(found.failures, comparison.foreign(), is_strict);
            match failures.is_empty() {
                true => {
                    self.write_list(&listing)?;
                    self.precompress.write_list(&self.writer)?;
                    let list = self.writer.new_file(headers::list::FILE);
                    headers::list::write(&list, &self.sent.sorted())?;
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
