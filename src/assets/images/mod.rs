//! Images: their dimensions, the element that shows them, and copies in several widths.

pub(crate) mod header;
#[cfg(feature = "images")]
mod resize;
