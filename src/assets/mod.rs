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
#[cfg(any(test, feature = "images"))]
mod body;
mod css;
pub(crate) mod digest;
pub(crate) mod error;
mod find;
#[cfg(feature = "og")]
mod fonts;
#[cfg(any(test, feature = "images"))]
pub(crate) mod generated;
pub(crate) mod images;
mod index;
mod path;
mod read;
#[cfg(feature = "content")]
pub(crate) mod rendered;
mod stylesheet;
mod trail;

pub(crate) use self::asset::{Asset, is_below_folder};
pub(crate) use self::store::Store;
