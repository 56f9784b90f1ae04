//! Finds the paths that are most similar to those of links that lead nowhere.

use std::collections::BTreeMap;

use anyhow::Result;

use super::finding::Nearest;
use super::resolve::{is_hidden, url_of_file, url_of_page};
use crate::build::manifest::{Listing, Owner};
use crate::build::state::Build;
use crate::text;

/// The number of comparisons that may be made, which take some seconds. A site with very many pages and very many broken links
/// has suggestions for the first ones.
const COMPARISONS: usize = 4_000_000;
/// The least number of links that have a suggestion.
const LEAST: usize = 20;
/// The most, for sites of a few pages: as many as a person reads.
const MOST: usize = 1_000;
/// In bytes: a longer path is not compared.
const LONGEST: usize = 200;

/// Paths that do not exist, each with the URL of the most similar one that does.
#[derive(Debug, Default)]
pub(super) struct Suggestions {
    searches: BTreeMap<String, text::Nearest<(Owner, String)>>,
    urls: BTreeMap<String, String>,
}

impl Suggestions {
    /// The number of paths for which there may be suggestions.
    pub(super) fn room(listing: &Listing) -> Result<usize> {
        let count = listing.entries()?.count();
        Ok((COMPARISONS / count.max(1)).clamp(LEAST, MOST))
    }

    /// Adds a path, unless there are too many.
    pub(super) fn add(&mut self, room: usize, path: &str) {
        if path.len() <= LONGEST && self.searches.len() < room && !self.searches.contains_key(path)
        {
            self.searches.insert(path.to_owned(), text::Nearest::to(path));
        }
    }

    /// Compares all added paths with those of the site.
    pub(super) fn search(&mut self, build: &Build, listing: &Listing) -> Result<()> {
        if self.searches.is_empty() {
            return Ok(());
        }
        let (site, routes) = (build.site, build.site.routes().len());
        for entry in listing.entries()? {
            let entry = entry?;
            // Nobody means a redirect.
            let is_rule = entry.owner.route_index().is_some_and(|index| index >= routes);
            if !entry.kind.is_path() || is_rule || is_hidden(site, &entry) {
                continue;
            }
            let name = entry.name();
            if name.len() > LONGEST {
                continue;
            }
            let letters = text::letters(&name);
            for search in self.searches.values_mut() {
                search.offer(&letters, || (entry.owner, name.clone()));
            }
        }
        for (path, search) in std::mem::take(&mut self.searches) {
            if let Some((owner, name)) = search.found() {
                let url =
                    url_of_page(site, owner, &name).unwrap_or_else(|| url_of_file(site, &name));
                self.urls.insert(path, url);
            }
        }
        Ok(())
    }

    /// Replaces a path that does not exist by the URL of the most similar one.
    pub(super) fn apply(&self, nearest: &mut Nearest) {
        if let Nearest::SimilarTo(path) = nearest {
            *nearest = self.urls.get(path).map_or(Nearest::None, |url| Nearest::Known(url.clone()));
        }
    }
}
