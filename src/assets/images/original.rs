//! An image as the site has it.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::sync::Arc;
#[cfg(feature = "images")]
use std::sync::OnceLock;

use anyhow::{Error, Result};

use super::header::Header;
#[cfg(feature = "images")]
use super::resized::read_image;
#[cfg(feature = "images")]
use crate::assets::cache::Key;
use crate::assets::error::{AssetError, Mistake};
use crate::assets::path;
use crate::assets::read::Stamp;
use crate::assets::store::below_assets;
use crate::assets::{Asset, Store};

/// An image as the site has it. It is not requested yet.
#[derive(Debug)]
pub(crate) struct Original {
    /// From the site's folder: `assets/cover.jpg`.
    pub(crate) path: String,
    /// The file on disk, with links resolved.
    pub(super) file: PathBuf,
    /// The state of the file on disk when its header was read.
    stamp: Option<Stamp>,
    pub(super) header: Header,
    /// The key of its bytes, once it was asked for; `None` if they cannot be read.
    #[cfg(feature = "images")]
    key: OnceLock<Option<Key>>,
}

impl Original {
    /// The width in pixels, as the image is shown.
    pub(crate) fn width(&self) -> u32 {
        self.header.width()
    }

    /// The height in pixels, as the image is shown.
    pub(crate) fn height(&self) -> u32 {
        self.header.height()
    }

    /// Returns true if and only if the file has not changed, by size and time.
    pub(super) fn is_fresh(&self) -> bool {
        Stamp::of(&self.file) == self.stamp
    }

    /// The key of its bytes, which are read once; `None` if they cannot be read.
    #[cfg(feature = "images")]
    pub(super) fn key(&self) -> Option<Key> {
        *self.key.get_or_init(|| read_image(self).ok().map(|bytes| Key::new(&[&bytes])))
    }
}

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
        self.images.originals.get(path, is_current, || self.read_header(path).map(Arc::new))
    }

    fn read_header(&self, path: &str) -> Result<Original, AssetError> {
        let file = path::locate(&self.folder, path)?;
        let stamp = Stamp::of(&file);
        let header = File::open(&file)
            .map_err(|error| Error::new(error).context("cannot be read"))
            .and_then(|opened| Header::read(BufReader::new(opened)))
            .map_err(|error| mistake(path, &error))?;
        Ok(Original {
            path: path.to_owned(),
            file,
            stamp,
            header,
            #[cfg(feature = "images")]
            key: OnceLock::new(),
        })
    }

    /// Returns true if and only if a requested file is an image, as it is, that says where it was taken.
    pub(crate) fn has_location(&self, asset: &Asset) -> bool {
        let original = self.images.originals.made(&asset.source).and_then(Result::ok);
        original.is_some_and(|it| it.header.has_location && it.file == asset.path)
    }
}

/// The mistake for an image that cannot be used.
pub(super) fn mistake(path: &str, error: &Error) -> Mistake {
    let text = format!("{error:#}");
    match text.split_once("\nhint: ") {
        Some((message, hint)) => Mistake::of(path, message).hint(hint),
        None => Mistake::of(path, text),
    }
}
