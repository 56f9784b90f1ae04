//! What the fields of a value ask while it is read: the file, and where in it they are.
//!
//! serde gives a type no way to ask. So the file is a value of the thread, which is set while serde runs.

use std::cell::RefCell;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The file that is being read.
#[derive(Debug)]
pub(crate) struct Loading {
    /// The site's folder.
    pub(crate) site: PathBuf,
    /// The path of the file from the site's folder.
    pub(crate) file: String,
    place: Range<usize>,
    references: Vec<Reference>,
    /// The text that a type of this crate refused last, and why.
    refused: Option<(String, String)>,
}

/// A reference to another entry, which is proven once all collections have been read.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub(crate) id: String,
    /// In bytes, in the text that was read.
    pub(crate) place: Range<usize>,
    pub(crate) prove: fn(&str) -> anyhow::Result<()>,
}

thread_local! {
    static CURRENT: RefCell<Option<Loading>> = const { RefCell::new(None) };
}

/// Calls a function that reads the values of a file. Returns the references that it has found, too.
pub(crate) fn within<R>(site: &Path, file: &str, read: impl FnOnce() -> R) -> (R, Vec<Reference>) {
    let new = Loading {
        site: site.to_path_buf(),
        file: file.to_owned(),
        place: 0..0,
        references: Vec::new(),
        refused: None,
    };
    let before = CURRENT.replace(Some(new));
    let result = read();
    let references = CURRENT.replace(before).map(|loading| loading.references);
    (result, references.unwrap_or_default())
}

/// Sets the place of the value that is read next.
pub(crate) fn set_place(place: Range<usize>) {
    CURRENT.with_borrow_mut(|current| {
        if let Some(loading) = current {
            loading.place = place;
        }
    });
}

/// Calls a function with the file that is being read; `None` if there is none.
pub(crate) fn current<R>(ask: impl FnOnce(&Loading) -> R) -> Option<R> {
    CURRENT.with_borrow(|current| current.as_ref().map(ask))
}

/// Notes a reference at the current place.
pub(crate) fn refer(id: &str, prove: fn(&str) -> anyhow::Result<()>) {
    CURRENT.with_borrow_mut(|current| {
        if let Some(loading) = current {
            let place = loading.place.clone();
            loading.references.push(Reference { id: id.to_owned(), place, prove });
        }
    });
}

/// Notes that a text is not what its field needs.
pub(crate) fn refuse(text: &str, error: &anyhow::Error) {
    CURRENT.with_borrow_mut(|current| {
        if let Some(loading) = current {
            loading.refused = Some((text.to_owned(), error.to_string()));
        }
    });
}

/// The text that was refused last, if that is what an error says.
pub(crate) fn refused(message: &str) -> Option<String> {
    let refused = CURRENT.with_borrow_mut(|current| current.as_mut()?.refused.take());
    refused.filter(|(_, why)| why.starts_with(message)).map(|(text, _)| text)
}

/// Calls a function that corrects the places of the references, if there are any.
pub(crate) fn place_references(correct: impl FnOnce(&mut [Reference])) {
    CURRENT.with_borrow_mut(|current| match current {
        Some(loading) if !loading.references.is_empty() => correct(&mut loading.references),
        _ => {}
    });
}

/// Forgets the references of an attempt to read a value that failed.
pub(crate) fn forget_references() {
    CURRENT.with_borrow_mut(|current| {
        if let Some(loading) = current {
            loading.references.clear();
        }
    });
}
