//! An entry of a collection.

mod body;
mod render;

use std::fmt;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use anyhow::{Result, bail};

pub(crate) use self::body::Body;
pub use self::render::render;
pub(crate) use self::render::text_mistakes;
use crate::collection::Collection;
use crate::markdown::Outline;
use crate::registry::LinkTarget;

/// An entry of a collection: its value, to which it dereferences, and its Markdown.
pub struct Entry<T: 'static> {
    collection: &'static Collection<T>,
    id: Box<str>,
    file: Box<str>,
    value: T,
    body: Body,
    words: OnceLock<usize>,
    outline: OnceLock<Box<Outline>>,
    /// Whether the site has asked for the text, so that its mistakes are reported, or its Markdown is the business of the site.
    is_shown: AtomicBool,
    /// The index in the order of the collection.
    pub(crate) position: usize,
}

impl<T> Entry<T> {
    pub(crate) fn new(
        collection: &'static Collection<T>,
        id: String,
        file: String,
        value: T,
        body: Body,
    ) -> Self {
        let (id, file) = (id.into_boxed_str(), file.into_boxed_str());
        Entry {
            collection,
            id,
            file,
            value,
            body,
            words: OnceLock::new(),
            outline: OnceLock::new(),
            is_shown: AtomicBool::new(false),
            position: 0,
        }
    }

    /// The path below the folder of the collection, without extension, such as `2026/hello`. A file `index.md` has the
    /// path of its folder. In a list, it is the key of the item, or its field `id`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The path of the file from the site's folder, with `/`; empty for an entry of
    /// [`Collection::load`](crate::Collection::load).
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The Markdown as written, without front matter; empty for data.
    ///
    /// # Panics
    ///
    /// Panics if a large site has not kept the text in memory, and its file cannot be read any more.
    pub fn body(&self) -> &str {
        self.is_shown.store(true, Relaxed);
        match self.body.keep(&self.path()) {
            Ok(text) => text,
            Err(error) => panic!("{error:#}"),
        }
    }

    /// Returns true if and only if the site has asked for the text: as HTML, or as it is written.
    pub(crate) fn is_shown(&self) -> bool {
        self.is_shown.load(Relaxed)
    }

    /// Where the file is.
    fn path(&self) -> PathBuf {
        self.collection.site_folder().join(&*self.file)
    }

    /// The URL of the page, as `.url` of the collection says.
    ///
    /// # Errors
    ///
    /// Fails if the collection has no `.url`.
    pub fn url(&self) -> Result<String> {
        match self.collection.url {
            Some(url) => Ok(url(self)),
            None => bail!(
                "{} does not say where its entries have their pages\nhint: add `.url(|entry| …)` to it in \
                 src/content.rs",
                self.collection.subject()
            ),
        }
    }
}

impl<T> Deref for Entry<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Entry<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("id", &self.id)
            .field("file", &self.file)
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

impl<T: Send + Sync + 'static> LinkTarget for Entry<T> {
    fn url(&self) -> Result<String> {
        self.url()
    }

    fn outline(&self) -> Result<&Outline> {
        self.outline()
    }
}
