//! What Markdown has become: HTML that has requested files of a store, and links that wait for the end of a build.

use std::mem;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use kiln_content::markdown::{Fault, Memory, Place};
use kiln_content::{Mistake, Mistakes};

use crate::text::names::{NameSet, Names};

/// The most HTML that is kept for other pages, in bytes.
const MAX_BYTES: usize = 64 << 20;

/// The most places that are kept for a path.
const MAX_PLACES: usize = 10;

/// What Markdown has become. It must not outlive the store, or the files that the HTML has requested would be missing.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub(crate) memory: Memory<Mistakes>,
    links: Mutex<Links>,
    warnings: Mutex<NameSet>,
}

/// What can be linked to instead of a path that nothing answers.
pub(crate) const OTHERS: &str = "link to a page, a file of `public/`, or a file next to this one";

/// A link to a path of a prerendered dynamic route, which may have no such page.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Link {
    pub(crate) place: Place,
    /// The path as written.
    pub(crate) path: Box<str>,
}

/// The links to each path, joined with `/`.
pub(crate) type Links = Names<Vec<Link>>;

impl Link {
    /// The mistake that it is if the route has no such page, in a site in a folder.
    pub(crate) fn mistake(&self, site: &Path) -> Mistake {
        let fault = Fault::new(format!("nothing answers `{}`", self.path), OTHERS);
        self.place.mistake(site, fault)
    }
}

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
    pub(crate) fn note_link(&self, path: &str, link: Link) {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let places = links.get_or_insert_with(path, || Vec::with_capacity(1));
        if let Err(at) = places.binary_search(&link)
            && at < MAX_PLACES
        {
            places.insert(at, link);
            places.truncate(MAX_PLACES);
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
    pub(crate) fn take_warnings(&self) -> NameSet {
        mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes all links.
    pub(crate) fn take_links(&self) -> Links {
        mem::take(&mut *self.links.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
