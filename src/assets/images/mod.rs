//! Images: their dimensions, the element that shows them, and copies in several widths.
//!
//! The original of an image is requested like any file, but only once its URL is needed: a page that shows an image in several
//! widths does not publish the original.

mod element;
#[cfg(feature = "images")]
mod find;
#[cfg(feature = "images")]
mod gate;
mod header;
mod once;
mod original;
mod requested;
#[cfg(feature = "images")]
mod resize;
#[cfg(feature = "images")]
mod resized;
#[cfg(feature = "images")]
mod resizing;
#[cfg(feature = "images")]
mod workers;

pub(crate) use self::element::{Candidate, Element};
pub(crate) use self::original::Original;

use std::sync::Arc;

use self::once::Once;
use crate::assets::error::AssetError;

/// The images that a build, a server or a test has requested.
#[derive(Debug, Default)]
pub(crate) struct Images {
    originals: Once<Result<Arc<Original>, AssetError>>,
    #[cfg(feature = "images")]
    resized: Once<Result<Arc<resized::Resized>, AssetError>>,
    #[cfg(feature = "images")]
    workers: workers::Workers,
}
