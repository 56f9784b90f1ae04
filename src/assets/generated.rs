//! Requested files that kiln generates from others, such as resized images.

use std::sync::Arc;

use super::asset::{self, Asset};
pub(crate) use super::body::{Body, Generated};
use super::error::AssetError;
use super::path;
use super::read::{read, unread};
use super::store::Store;
use crate::assets::digest::Digest;

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
