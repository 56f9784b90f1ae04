//! Links from Markdown to the entries of a site's collections.

use std::path::Path;

use crate::markdown::{Fault, Links};
use crate::nearest::nearest;
use crate::registry::{self, FileEntry, Registered};

/// The entries that Markdown of a site can link to.
pub(crate) struct SiteLinks<'a> {
    /// The folder of the site.
    pub(crate) site: &'a Path,
    /// The URL of the page of the Markdown.
    pub(crate) page: Option<String>,
    /// Whether a page shows the links. Otherwise they may lead to entries without pages.
    pub(crate) needs_urls: bool,
}

impl Links for SiteLinks<'_> {
    fn entry(&self, file: &str, fragment: Option<&str>) -> Result<String, Fault> {
        let all = registry::all();
        let collections = all.iter().filter(|collection| collection.site() == Some(self.site));
        // The same file may be in several collections, of which one says where its page is and does not leave it out.
        let mut found = None;
        for collection in collections.clone() {
            match collection.entry_of(file) {
                Some(FileEntry::Entry(entry)) => match entry.url() {
                    Err(error) if self.needs_urls => found = Some(error.into()),
                    url => {
                        if let Some(fragment) = fragment {
                            entry.outline()?.check(fragment, file)?;
                        }
                        return Ok(url.unwrap_or_default());
                    }
                },
                Some(FileEntry::LeftOut) => {
                    found.get_or_insert_with(|| left_out(file, *collection));
                }
                None => {}
            }
        }
        if let Some(fault) = found {
            return Err(fault);
        }
        // An entry with a mistake is in no collection, and the mistake is reported.
        let is_mistaken = |collection: &&'static dyn Registered| !collection.mistakes().is_empty();
        match self.site.join(file).is_file() && collections.clone().any(is_mistaken) {
            true => Ok("#".to_owned()),
            false => {
                let mut known = Vec::new();
                for collection in collections {
                    known.extend(collection.files());
                }
                Err(missing(self.site, file, &known))
            }
        }
    }

    fn page(&self) -> Option<String> {
        self.page.clone()
    }
}

fn left_out(file: &str, collection: &dyn Registered) -> Fault {
    let message = format!("{file} is left out by the filter of `{}`", collection.name());
    Fault::new(message, "remove the link, or publish the entry")
}

fn missing(site: &Path, file: &str, known: &[&str]) -> Fault {
    let message = match site.join(file).exists() {
        true => format!("no collection has the file {file}"),
        false => format!("there is no file {file}"),
    };
    match nearest(file, known.iter().copied()) {
        Some(near) => Fault::new(message, format!("did you mean {near}?")),
        None if site.join(file).exists() => {
            Fault::new(message, "add a collection of its folder to src/content.rs")
        }
        None => Fault::new(
            message,
            "the path is relative to this file, or starts with `@/`, which is `content/`",
        ),
    }
}
