//! Assets.

pub(crate) mod cache;
pub(crate) mod images;
