//! The collections of the sites in this process, which references and links between files look up.

use std::any::Any;
use std::fmt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, bail};
use serde_core::de::DeserializeOwned;

use crate::collection::Collection;
use crate::markdown::{Outline, Settings};
use crate::mistake::Mistake;
use crate::render_context::RenderContext;

/// A collection of any type.
pub trait Registered: fmt::Debug + Send + Sync + 'static {
    /// Says which site the collection belongs to, the name of its static, and how the site renders Markdown.
    #[doc(hidden)]
    fn place(&'static self, name: &'static str, site: &Path, settings: Settings);

    /// The name of the static, or else the folder.
    #[doc(hidden)]
    fn name(&self) -> &'static str;

    /// The folder of the site.
    #[doc(hidden)]
    fn site(&self) -> Option<&Path>;

    /// Loads the collection, and returns its mistakes.
    #[doc(hidden)]
    fn mistakes(&'static self) -> &'static [Mistake];

    /// The mistakes in the Markdown of all entries. A page that shows an entry reports them, and none can while the collection has
    /// mistakes.
    #[doc(hidden)]
    fn text_mistakes(&'static self, ctx: &dyn RenderContext) -> Vec<Mistake>;

    /// The positions of the entries whose Markdown no page has shown.
    #[doc(hidden)]
    fn unshown(&'static self) -> Vec<usize>;

    /// The mistakes in the Markdown of the entries at some positions.
    #[doc(hidden)]
    fn text_mistakes_at(
        &'static self,
        positions: &[usize],
        ctx: &dyn RenderContext,
    ) -> Vec<Mistake>;

    /// Reads files that loading will need, until `stops` returns true.
    #[doc(hidden)]
    fn read_ahead(&'static self, stops: &(dyn Fn() -> bool + Sync));

    #[doc(hidden)]
    fn as_any(&'static self) -> &'static dyn Any;

    /// The entry of a Markdown file; `None` if the collection does not have it.
    #[doc(hidden)]
    fn entry_of(&'static self, file: &str) -> Option<FileEntry>;

    /// The Markdown files of the entries.
    #[doc(hidden)]
    fn files(&'static self) -> Vec<&'static str>;
}

/// The entry of a file.
#[derive(Clone, Copy)]
#[doc(hidden)]
pub enum FileEntry {
    Entry(&'static dyn LinkTarget),
    /// The filter leaves it out.
    LeftOut,
}

impl fmt::Debug for FileEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FileEntry::Entry(_) => "Entry",
            FileEntry::LeftOut => "LeftOut",
        })
    }
}

/// An entry that a link leads to.
#[doc(hidden)]
pub trait LinkTarget: Send + Sync {
    /// The URL of its page.
    ///
    /// # Errors
    ///
    /// Fails if the collection has no `.url`.
    fn url(&self) -> Result<String>;

    /// The headings of its text.
    ///
    /// # Errors
    ///
    /// Fails if its file cannot be read any more.
    fn outline(&self) -> Result<&Outline>;
}

/// In the order in which they were registered.
static COLLECTIONS: Mutex<Vec<&'static dyn Registered>> = Mutex::new(Vec::new());

/// Adds the collections of a site, each with the name of its static. What is known already stays as it is.
pub fn register(
    site: &Path,
    settings: Settings,
    collections: &[(&'static str, &'static dyn Registered)],
) {
    let mut known = COLLECTIONS.lock().unwrap_or_else(PoisonError::into_inner);
    for (name, collection) in collections {
        collection.place(name, site, settings);
        if !known.iter().any(|known| std::ptr::addr_eq(*known, *collection)) {
            known.push(*collection);
        }
    }
}

/// Removes the collections of a site.
#[cfg(test)]
pub(crate) fn forget(site: &Path) {
    let mut known = COLLECTIONS.lock().unwrap_or_else(PoisonError::into_inner);
    known.retain(|known| known.site() != Some(site));
}

pub(crate) fn all() -> Vec<&'static dyn Registered> {
    COLLECTIONS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The one registered collection of a type.
///
/// # Errors
///
/// Fails if there is none, or more than one.
pub(crate) fn of_type<A>() -> Result<&'static Collection<A>>
where
    A: DeserializeOwned + Send + Sync + 'static,
{
    let mut found = all().into_iter().filter_map(|c| c.as_any().downcast_ref::<Collection<A>>());
    match (found.next(), found.next()) {
        (Some(collection), None) => Ok(collection),
        (None, _) => bail!(
            "no collection holds the type `{name}`, which a reference names\nhint: add a `pub static …: \
             Collection<{name}>` to src/content.rs",
            name = short_name::<A>()
        ),
        (Some(_), Some(_)) => bail!(
            "two collections hold the type `{name}`, so a reference to it is ambiguous\nhint: give one of them a type \
             of its own",
            name = short_name::<A>()
        ),
    }
}

/// The name of a type without its module.
fn short_name<A>() -> &'static str {
    let name = std::any::type_name::<A>();
    name.rsplit("::").next().unwrap_or(name)
}
