//! Finds the images of a site, and reads the header of each once.

use std::sync::Arc;

use super::original::Original;
use crate::assets::asset::Asset;
use crate::assets::error::AssetError;
use crate::assets::path;
use crate::assets::store::{Store, below_assets};

impl Store {
    /// Finds an image by its path below `assets/`.
    ///
    /// # Errors
    ///
    /// Like [`image_file`](Self::image_file).
    pub(crate) fn image(&self, path: &str) -> Result<Arc<Original>, AssetError> {
        below_assets(path, |path| self.image_file(path))
    }

    /// Finds an image by its path from the site's folder, and reads its header.
    ///
    /// # Errors
    ///
    /// Fails like [`file`](Self::file), and if the file is not an image, is broken, or has more than 100 megapixels.
    pub(crate) fn image_file(&self, path: &str) -> Result<Arc<Original>, AssetError> {
        path::check(path)?;
        let is_current = |read: &Result<Arc<Original>, AssetError>| {
            self.lasts() || read.as_ref().is_ok_and(|original| original.is_fresh())
        };
        self.images.originals.get(path, is_current, || {
            Original::read(path, path::locate(&self.folder, path)?).map(Arc::new)
        })
    }

    /// Returns true if and only if a requested file is an image, as it is, that says where it was taken.
    pub(crate) fn has_location(&self, asset: &Asset) -> bool {
        let original = self.images.originals.made(&asset.source).and_then(Result::ok);
        original.is_some_and(|it| it.header.has_location && it.file == asset.path)
    }
}
