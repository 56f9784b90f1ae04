//! Finds the file of a URL that no page has requested since the server started.
//!
//! A browser or a cache may have a page from before a restart, or from another instance of the server. So the file is
//! looked for by its name, and it answers if its hash is that of the URL. This never reveals anything but files that a
//! page could request, and only to clients who know the hash of their bytes. [Copies](super::images) of images are looked for in the
//! cache.

use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant};

use unicode_normalization::UnicodeNormalization;
use walkdir::WalkDir;

use super::asset::{self, Asset, FOLDER};
use super::index::Index;
use super::path::{ROOTS, slashed};
use super::published::is_published;
use super::store::{Store, lock};
use crate::text::names::Names;

/// How long the list of names is used. Requests for names that do not exist must not make the server read folders.
const LASTS: Duration = Duration::from_secs(10);

/// Extensions of entries, which are rendered, and whose text may not be for the public.
const ENTRIES: [&str; 5] = ["json", "md", "toml", "yaml", "yml"];

impl Store {
    /// Finds a file by its name in the out folder, for example `_assets/app.3f9a1c2b.css`. It may read folders and files.
    pub(crate) fn find(&self, name: &str) -> Option<Arc<Asset>> {
        let name: &str = &name.nfc().collect::<String>();
        if let Some(asset) = self.named(name).filter(|asset| asset.is_fresh()) {
            return Some(asset);
        }
        let below = name.strip_prefix(FOLDER)?.strip_prefix('/')?;
        let owns = asset::names_without_hash(below);
        let mut paths = Vec::new();
        for own in &owns {
            paths.extend(self.paths(own));
        }
        let mut assets = paths.iter().filter_map(|path| self.file(path).ok());
        let found = assets.find(|asset| asset.name == name);
        #[cfg(feature = "images")]
        let found = found.or_else(|| owns.iter().find_map(|own| self.find_resized(name, own)));
        found
    }

    /// The paths of all files with a name.
    fn paths(&self, name: &str) -> Vec<String> {
        self.index().paths.get(name).cloned().unwrap_or_default()
    }

    /// The paths of all files with a name that has one extension, whichever it is.
    #[cfg(feature = "images")]
    pub(super) fn paths_with_stem(&self, stem: &str) -> Vec<String> {
        let start = format!("{stem}.");
        let index = self.index();
        let names = index.paths.starting_with(&start);
        let names = names.filter(|(name, _)| !name[start.len()..].contains('.'));
        names.flat_map(|(_, paths)| paths.iter().cloned()).collect()
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        let mut index = lock(&self.index);
        if index.made.is_none_or(|made| made.elapsed() > LASTS) {
            *index = self.list();
        }
        index
    }

    fn list(&self) -> Index {
        let mut paths: Names<Vec<String>> = Names::default();
        for root in ROOTS {
            let entries =
                WalkDir::new(self.folder.join(root)).follow_links(true).sort_by_file_name();
            for entry in entries.into_iter().filter_map(Result::ok) {
                let path = entry.path().strip_prefix(&self.folder).ok().and_then(slashed);
                let Some(path) = path.filter(|path| entry.file_type().is_file() && is_found(path))
                else {
                    continue;
                };
                let own: String = path.rsplit('/').next().unwrap_or_default().nfc().collect();
                paths.get_or_insert_with(&own, Vec::new).push(path);
            }
        }
        Index { made: Some(Instant::now()), paths }
    }
}

/// Returns true if and only if a file answers by its URL alone.
fn is_found(path: &str) -> bool {
    let is_of_content = path.starts_with("content/");
    // As for entries of content.
    let is_left_out =
        |part: &str| part.starts_with('.') || (is_of_content && part.starts_with('_'));
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_entry =
        is_of_content && ENTRIES.iter().any(|entry| entry.eq_ignore_ascii_case(extension));
    is_published(path) && !path.split('/').any(is_left_out) && !is_entry
}
