//! Requested files that kiln generates from others, such as resized images.

#![cfg_attr(not(test), expect(dead_code, reason = "images are the first to be generated"))]

use std::path::PathBuf;
use std::sync::Arc;

use super::asset::{self, Asset};
use super::error::AssetError;
use super::read::read;
use super::store::{Store, unread};

/// A file that kiln has generated.
#[derive(Debug)]
pub(crate) struct Generated {
    /// Its name without a hash: `photo-480.webp`.
    pub(crate) file_name: String,
    /// Where it is, for example in a cache.
    pub(crate) path: PathBuf,
}

impl Store {
    /// Requests a file that is generated from `source`, a path from the site's folder.
    ///
    /// `make` runs once for each key. The key has to contain a hash of the original and all settings, since a server
    /// runs `make` for another key only, and if the generated file is gone.
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
            let Generated { file_name, path } = make()?;
            let (stamp, digest) =
                read(&path, &mut |_| {}).map_err(|error| unread(source, error))?;
            self.add(Asset {
                name: asset::name(&file_name, digest),
                source: source.to_owned(),
                path,
                digest,
                rewritten: None,
                stamp,
                references: vec![],
            })
        };
        slot.get_or_init(load).clone()
    }
}
