//! A file that kiln has generated.

use std::path::PathBuf;

use bytes::Bytes;

/// A file that kiln has generated.
#[derive(Debug)]
pub(crate) struct Generated {
    /// Its name without a hash: `photo-480.webp`.
    pub(crate) file_name: String,
    pub(crate) body: Body,
}

/// Where the bytes of a generated file are.
#[derive(Debug)]
pub(crate) enum Body {
    /// In a cache.
    File(PathBuf),
    /// In memory, because there is no cache.
    Bytes(Bytes),
}
