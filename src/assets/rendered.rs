//! What Markdown has become: HTML that has requested files of a store, and links that wait for the end of a build.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::sync::{Mutex, PoisonError};

use kiln_content::markdown::Memory;
use kiln_content::{Mistake, Mistakes};

/// The most HTML that is kept for other pages, in bytes.
const MAX_BYTES: usize = 64 << 20;

/// The most places that are kept for a path.
const MAX_PLACES: usize = 10;

/// What Markdown has become. It must not outlive the store, or the files that the HTML has requested would be missing.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub(crate) memory: Memory<Mistakes>,
    links: Mutex<Links>,
    warnings: Mutex<BTreeSet<String>>,
}

/// The mistakes of links to paths of prerendered dynamic routes, for those paths that have no page.
pub(crate) type Links = BTreeMap<String, BTreeSet<Mistake>>;

impl Default for Rendered {
    fn default() -> Self {
        Rendered {
            memory: Memory::new(MAX_BYTES),
            links: Mutex::default(),
            warnings: Mutex::default(),
        }
    }
}

impl Rendered {
    /// Notes a link to a path, joined with `/`. Of each path, the first places are kept.
    pub(crate) fn note_link(&self, path: &str, mistake: Mistake) {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let places = links.entry(path.to_owned()).or_default();
        places.insert(mistake);
        if places.len() > MAX_PLACES {
            places.pop_last();
        }
    }

    /// Notes a warning, once for each text.
    pub(crate) fn warn(&self, warning: &str) {
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        if !warnings.contains(warning) {
            warnings.insert(warning.to_owned());
        }
    }

    /// Takes all warnings.
    pub(crate) fn take_warnings(&self) -> BTreeSet<String> {
        mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes all links.
    pub(crate) fn take_links(&self) -> Links {
        mem::take(&mut *self.links.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
