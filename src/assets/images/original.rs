//! An image as the site has it.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
#[cfg(feature = "images")]
use std::sync::OnceLock;

#[cfg(feature = "images")]
use anyhow::{Context as _, ensure};
use anyhow::{Error, Result};

use super::header::Header;
#[cfg(feature = "images")]
use crate::assets::cache::Key;
use crate::assets::error::{AssetError, Mistake};
use crate::assets::read::Stamp;
#[cfg(feature = "images")]
use crate::assets::read::{read, unread};

/// The largest file that is decoded, in bytes.
#[cfg(feature = "images")]
const MAX_BYTES: u64 = 256 * 1024 * 1024;

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
    /// Reads the header of an image. `path` is that from the site's folder.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read, is not an image, is broken, or has more than 100 megapixels.
    pub(super) fn read(path: &str, file: PathBuf) -> Result<Self, AssetError> {
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

/// The bytes of an image, unless they are too many.
#[cfg(feature = "images")]
pub(super) fn read_image(original: &Original) -> Result<Vec<u8>> {
    let length = original.file.metadata().context("cannot be read")?.len();
    ensure!(
        length <= MAX_BYTES,
        "the file has {} MiB, and 256 MiB are the limit\n\
         hint: compress it before you add it to the site",
        length >> 20
    );
    let mut bytes = Vec::new();
    read(&original.file, &mut |chunk| bytes.extend_from_slice(chunk))
        .map_err(|error| AssetError::from(unread(&original.path, error)))?;
    Ok(bytes)
}

/// The mistake for an image that cannot be used.
pub(super) fn mistake(path: &str, error: &Error) -> Mistake {
    let text = format!("{error:#}");
    match text.split_once("\nhint: ") {
        Some((message, hint)) => Mistake::of(path, message).hint(hint),
        None => Mistake::of(path, text),
    }
}
