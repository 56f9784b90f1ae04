//! Detects sources that claim the same path or file.
//!
//! `static_paths` is lazy and called once, so the files of a site are only known when all pages are rendered. They are
//! rendered into the staging folder, where nothing of `dist/` can be damaged, and each adds its path and its file to
//! the manifest. In the sorted list, sources that claim one name are adjacent, the files of a folder follow a file with
//! the name of the folder, and two spellings of a name meet. Files in the out folder that kiln did not write take part
//! as one more source. Nothing is moved before.

mod claims;
mod contested;
mod item;

use anyhow::Result;

use self::claims::{Claims, Source};
use self::contested::{all, contested};
use super::addresses::{self, Contender, Contenders};
use super::key::folded;
use super::listed_params::ListedParams;
use crate::build::manifest::{Entry, Listing};
use crate::build::report::diagnostic::Diagnostic;
use crate::site::Site;

/// The collisions of a build.
#[derive(Debug, Default)]
pub(crate) struct Collisions {
    pub(crate) failures: Vec<Diagnostic>,
    /// Files that hosts with clean URLs would confuse, if the site names no host.
    pub(crate) warnings: Vec<Diagnostic>,
}

/// Finds the paths, files and addresses that two sources claim.
///
/// The sorted list is read once, with at most two entries in memory. Only if there is a collision is it read again, to
/// collect the sources.
///
/// `foreign` are the files in the out folder that kiln did not write, sorted by key.
pub(crate) fn collisions(
    listing: &Listing,
    foreign: &[String],
    site: &Site,
    listed_params: &ListedParams,
) -> Result<Collisions> {
    let contested = contested(all(listing, foreign, site.hosts)?)?;
    if contested.names.is_empty() && contested.addresses.is_empty() {
        return Ok(Collisions::default());
    }
    let mut claims = Claims::default();
    let mut contenders = Contenders::default();
    for entry in all(listing, foreign, site.hosts)? {
        let entry = entry?;
        let name = entry.name();
        let folded = folded(&name);
        let mut prefixes = folded.match_indices('/').map(|(slash, _)| &folded[..slash]);
        let names = &contested.names;
        if names.contains(&folded) || prefixes.any(|prefix| names.contains(prefix)) {
            claims.add(&entry, &name, site, listed_params);
        }
        if contested.addresses.contains(addresses::address(&name))
            && let Some(contender) = contender(&entry, &name, site, listed_params)
        {
            contenders.add(contender);
        }
    }
    let (confused, warnings) = contenders.check(site);
    let failures = claims.collisions().into_iter().chain(confused).collect();
    Ok(Collisions { failures, warnings })
}

/// A file of this build at its address.
fn contender(
    entry: &Entry<'_>,
    name: &str,
    site: &Site,
    listed_params: &ListedParams,
) -> Option<Contender> {
    let source = Source::of(entry, name, site, listed_params);
    if !entry.kind.is_file() || source.is_variant || !source.is_made() {
        return None;
    }
    let path = source.route_index.map(|_| entry.path());
    let shown = match path.as_ref().filter(|path| **path != name) {
        Some(_) => format!("{name}, which is {}", source.shown),
        None => source.shown,
    };
    Some(Contender { file: name.to_owned(), path, shown })
}

#[cfg(test)]
mod tests;
