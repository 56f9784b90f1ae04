//! Images: their dimensions, the element that shows them, and copies in several widths.

mod element;
pub(crate) mod header;
#[cfg(feature = "images")]
mod resize;
