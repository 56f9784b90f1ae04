//! The results of a build, as text and as JSON.
pub(crate) mod progress;

pub(crate) mod assets;
#[cfg(feature = "content")]
pub(crate) mod content;
pub(crate) mod diagnostic;
pub(crate) mod page_ref;
pub(crate) mod warning;

use std::fmt;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use serde_json::{Value, json};

use self::assets::AssetCounts;
use super::changes::Counts;
use super::dist::{Cleanup, Committed};
use super::output::precompress::encoders::Variants;
use super::report::diagnostic::Diagnostic;
use super::report::warning::{Kind, Warnings};
use super::shards::Shard;
use super::shards::digest::ListDigest;
use crate::site::Site;
use crate::text::count;
use crate::text::sorted::sorted_by;

/// Counts the output of a route, from all threads.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) paths: AtomicUsize,
    /// The pages of the route, including those of other shards; set once all have arrived.
    pub(crate) listed: OnceLock<ListDigest>,
    bytes: AtomicU64,
    nanoseconds: AtomicU64,
}

impl Tally {
    pub(crate) fn add_path(&self, bytes: u64) {
        self.paths.fetch_add(1, Relaxed);
        self.add_bytes(bytes);
    }

    pub(crate) fn add_bytes(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Relaxed);
    }

    pub(crate) fn add_time(&self, time: Duration) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds.fetch_add(nanoseconds, Relaxed);
    }
}

/// The results of a build.
#[derive(Debug)]
pub(crate) struct Report {
    /// The shard that was built; `None` for the whole site.
    pub(crate) shard: Option<Shard>,
    pub(crate) pages: usize,
    pub(crate) redirects: usize,
    /// The files that pages have requested.
    pub(crate) assets: AssetCounts,
    /// Totals of compressed variants; `None` if there are none.
    pub(crate) variants: Option<Variants>,
    pub(crate) seconds: f64,
    pub(crate) routes: Vec<RouteReport>,
    pub(crate) committed: Committed,
    /// The changes since the last upload, if they were written.
    pub(crate) changes: Option<Counts>,
}

/// The results of one route.
#[derive(Debug)]
pub(crate) struct RouteReport {
    pattern: &'static str,
    paths: usize,
    bytes: u64,
    /// The time of all threads together, without the waiting of async endpoints.
    seconds: f64,
}

/// The reports of all prerendered routes, in table order.
pub(crate) fn routes(site: &Site, tallies: &[Tally]) -> Vec<RouteReport> {
    let report = |(route, tally): (&crate::page::route::Route, &Tally)| RouteReport {
        pattern: route.pattern(),
        paths: tally.paths.load(Relaxed),
        bytes: tally.bytes.load(Relaxed),
        seconds: Duration::from_nanos(tally.nanoseconds.load(Relaxed)).as_secs_f64(),
    };
    let routes = site.routes().iter().zip(tallies);
    routes.filter(|(route, _)| route.is_prerendered()).map(report).collect()
}

impl Report {
    /// Removes temporary files after the build has reported success. What could not be removed is a warning.
    pub(crate) fn clean_up(&mut self, out: &Path, warnings: &Warnings) {
        if let Some(left) = self.committed.cleanup.take().and_then(Cleanup::run) {
            warnings.add(Kind::Leftover, Diagnostic::of(out.display().to_string(), left));
        }
    }

    /// The report as `--report FILE` writes it.
    pub(crate) fn json(&self) -> Value {
        let route = |route: &RouteReport| {
            json!({
                "pattern": route.pattern,
                "paths": route.paths,
                "bytes": route.bytes,
                "seconds": route.seconds,
            })
        };
        let mut report = json!({
            "pages": self.pages,
            "written": self.committed.written,
            "unchanged": self.committed.unchanged,
            "removed": self.committed.removed,
            "bytes": self.committed.bytes,
            "redirects": self.redirects,
            "assets": self.assets.json(),
            "seconds": self.seconds,
            "routes": self.routes.iter().map(route).collect::<Vec<_>>(),
        });
        if let Some(shard) = self.shard {
            report["shard"] = shard.to_string().into();
        }
        if let Some(Variants { made, kept }) = self.variants {
            report["precompressed"] = json!({ "made": made, "kept": kept });
        }
        if let Some(Counts { added, changed, removed }) = self.changes {
            report["changes"] = json!({ "added": added, "changed": changed, "removed": removed });
        }
        report
    }
}

/// The summary at the end of a build.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Committed { written, unchanged, removed, bytes, .. } = &self.committed;
        writeln!(
            f,
            "{} in {}: {written} written, {unchanged} unchanged, {removed} removed, {}",
            count(self.pages, "page"),
            time(self.seconds),
            size(*bytes),
        )?;
        if self.assets.total() > 0 {
            writeln!(f, "{}", self.assets)?;
        }
        if let Some(Variants { made, kept }) = self.variants {
            writeln!(f, "{}: {made} made, {kept} kept", count(made + kept, "compressed variant"))?;
        }
        if let Some(Counts { added, changed, removed }) = self.changes {
            writeln!(f, "to upload: {added} added, {changed} changed, {removed} removed")?;
        }
        // Merging shards does not time routes.
        let is_timed = |route: &&RouteReport| route.paths > 0 && route.seconds > 0.0;
        let timed = self.routes.iter().filter(is_timed).collect();
        let mut slowest: Vec<&RouteReport> =
            sorted_by(timed, |a, b| b.seconds.total_cmp(&a.seconds));
        slowest.truncate(3);
        if !slowest.is_empty() && self.routes.len() > slowest.len() {
            writeln!(f, "slowest routes:")?;
            let width = slowest.iter().map(|route| route.pattern.chars().count()).max();
            for RouteReport { pattern, paths, seconds, .. } in slowest {
                let (width, paths) = (width.unwrap_or_default(), count(*paths, "page"));
                writeln!(f, "  {pattern:width$}  {:>9.1} ms  {paths}", seconds * 1000.0)?;
            }
        }
        Ok(())
    }
}

fn time(seconds: f64) -> String {
    if seconds < 1.0 { format!("{:.0} ms", seconds * 1000.0) } else { format!("{seconds:.2} s") }
}

/// A size for people, in units of 1,024.
fn size(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "only shown, and rounded")]
    let mut value = bytes as f64;
    let mut units = ["bytes", "KiB", "MiB", "GiB", "TiB"].into_iter();
    let mut unit = units.next().unwrap_or_default();
    for larger in units {
        if value < 1024.0 {
            break;
        }
        (value, unit) = (value / 1024.0, larger);
    }
    if unit == "bytes" { format!("{bytes} {unit}") } else { format!("{value:.1} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded() {
        let shown = [size(0), size(1023), size(1536), size(5 << 20), size(3 << 40)];
        assert_eq!(shown, ["0 bytes", "1023 bytes", "1.5 KiB", "5.0 MiB", "3.0 TiB"]);
    }
}
