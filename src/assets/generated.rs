//! Requested files that kiln generates from others, such as resized images.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;

use super::asset::{self, Asset};
use super::error::AssetError;
use super::path;
use super::read::read;
use super::store::{Store, unread};
use crate::digest::Digest;

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

impl Store {
    /// Requests a file that is generated from `source`, a path from the site's folder.
    ///
    /// `make` runs once for each key. The key has to contain a hash of the original and all settings, since a server
    /// runs `make` for another key only, and if the generated file is gone. While it waits, its thread must not take up other
    /// work, as threads of rayon do: that could ask for the same key.
    ///
    /// # Errors
    ///
    /// Fails if `make` fails, or if the file cannot be read.
    pub(crate) fn generated(
        &self,
        key: &str,
        source: &str,
        make: impl FnOnce() -> Result<Generated, AssetError>,
    ) -> Result<Arc<Asset>, AssetError> {
        // No path of a file starts like this.
        let slot = self.slot(&format!("generated {key}"));
        let load = || {
            let Generated { file_name, body } = make()?;
            let (path, rewritten) = match body {
                Body::File(path) => (path, None),
                // The file on disk is the one that the bytes come from.
                Body::Bytes(bytes) => (path::locate(&self.folder, source)?, Some(bytes)),
            };
            let (stamp, digest) =
                read(&path, &mut |_| {}).map_err(|error| unread(source, error))?;
            let written = rewritten.as_ref().map_or(digest, |bytes| Digest::of(bytes));
            self.add(Asset {
                name: asset::name(&file_name, written),
                source: source.to_owned(),
                path,
                digest,
                rewritten,
                stamp,
                references: vec![],
            })
        };
        slot.get_or_init(load).clone()
    }
}
