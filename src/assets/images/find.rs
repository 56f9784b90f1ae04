//! Finds the resized image of a URL that no page has requested since the server started.
//!
//! Nothing is resized for it, or clients could ask for any number of widths. The cache has the image, or it is not found. Its entry is
//! named by a hash of the bytes of the original and of the settings, so the URL does no more than choose among the originals of the
//! site, the formats and the widths.

use std::sync::Arc;

use super::header::Format;
use super::original::Original;
use super::resized::{ROOM, Variant};
use crate::assets::generated::{Body, Generated};
use crate::assets::{Asset, Store};

/// The formats of copies.
const FORMATS: [Format; 4] = [Format::Jpeg, Format::Png, Format::Gif, Format::WebP];

impl Store {
    /// Finds a resized image by its name in the out folder. `own` is what it may be without the folder and the hash: `cover-480.webp`.
    pub(in crate::assets) fn find_resized(&self, name: &str, own: &str) -> Option<Arc<Asset>> {
        let (stem, extension) = own.rsplit_once('.')?;
        let (stem, width) = stem.rsplit_once('-')?;
        let width = width.parse().ok()?;
        let format = FORMATS.into_iter().find(|format| format.extension() == extension)?;
        let originals = self.paths_with_stem(stem);
        let originals = originals.iter().filter_map(|path| self.image_file(path).ok());
        let mut copies =
            originals.filter_map(|original| self.cached_copy(&original, width, format));
        copies.find(|copy| copy.name == name)
    }

    /// The copy of an image, if the cache has it.
    fn cached_copy(&self, original: &Original, width: u32, format: Format) -> Option<Arc<Asset>> {
        let is_copy = original.header.is_resizable()
            && width <= original.width()
            && [original.header.format, Format::WebP].contains(&format);
        let variant = Variant::new(&original.key().filter(|_| is_copy)?, width, format);
        let file = self.cache.room(ROOM).file(&variant.key, format.extension())?;
        let path = &original.path;
        let generated = Generated { file_name: variant.file_name(path), body: Body::File(file) };
        self.generated(&variant.key.hex(), path, || Ok(generated)).ok()
    }
}
