//! Files that responses request: below `assets/` and `content/`, and files that kiln generates from them.
//!
//! Nothing in these folders is part of the site until a page requests it. A [`Store`] loads each requested file once,
//! whatever the number of pages, and gives it a name that contains a hash of its bytes. A build writes the requested
//! files at its end, and a server answers their URLs from the store.
//!
//! References in stylesheets are requests, too: [`css`] replaces them by the URLs of the files.

pub(crate) mod cache;
#[cfg(feature = "og")]
pub(crate) mod cards;
pub(crate) mod published;
pub(crate) mod store;

mod asset;
mod css;
pub(crate) mod error;
mod find;
#[cfg(any(test, feature = "images"))]
pub(crate) mod generated;
pub(crate) mod images;
mod path;
mod read;
#[cfg(feature = "content")]
pub(crate) mod rendered;
mod stylesheet;

pub(crate) use self::asset::Asset;
pub(crate) use self::store::Store;

/// The folder of requested files in the out folder. All other names in it are refused.
pub(crate) const FOLDER: &str = "_assets";

/// Returns true if and only if a name in the out folder belongs to requested files.
pub(crate) fn is_below_folder(name: &str) -> bool {
    name.strip_prefix(FOLDER).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
