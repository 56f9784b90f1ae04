//! An image in several widths.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};

use super::element::Candidate;
use super::header::Format;
use super::original::{Original, mistake};
use super::resize;
use crate::assets::cache::Key;
use crate::assets::error::AssetError;
use crate::assets::generated::Generated;
use crate::assets::read::read;
use crate::assets::store::unread;
use crate::assets::{Asset, Store};

/// The largest file that is decoded, in bytes.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// The folder of the cache.
pub(super) const ROOM: &str = "images";

/// An image in several widths: the files that a browser may choose from.
#[derive(Debug)]
pub(crate) struct Resized {
    original: Arc<Original>,
    /// In the format of the original, from the narrowest.
    own: Vec<(u32, Arc<Asset>)>,
    /// In WebP, from the narrowest; empty if that is the format of the original.
    webp: Vec<(u32, Arc<Asset>)>,
}

/// One file to make.
#[derive(Clone, Copy, Debug)]
pub(super) struct Variant {
    pub(super) width: u32,
    pub(super) format: Format,
    pub(super) key: Key,
}

impl Variant {
    /// The file of an original, which the hash of its bytes stands for, at a width and in a format.
    pub(super) fn new(original: &Key, width: u32, format: Format) -> Self {
        let parts = [resize::RECIPE, &original.hex(), format.name(), &width.to_string()];
        Variant { width, format, key: Key::new(&parts.map(str::as_bytes)) }
    }

    /// The name of the file without a hash: `cover-480.webp`.
    pub(super) fn file_name(&self, path: &str) -> String {
        let own = path.rsplit('/').next().unwrap_or(path);
        let stem = own.rsplit_once('.').map_or(own, |(stem, _)| stem);
        format!("{stem}-{}.{}", self.width, self.format.extension())
    }
}

impl Store {
    /// Requests an image in several widths, of which those count that are narrower than the original.
    ///
    /// If others are not, the original is one of the files, too, with a copy in WebP.
    ///
    /// # Errors
    ///
    /// Fails if the image is broken, or changes while it is read.
    pub(crate) fn resized(
        &self,
        original: &Arc<Original>,
        widths: &[u32],
    ) -> Result<Arc<Resized>, AssetError> {
        let wanted = Wanted::new(original, widths);
        if wanted.smaller.is_empty() || !original.header.is_resizable() {
            return Ok(Arc::new(Resized::none(original)));
        }
        let key = format!("{} {wanted:?}", original.path);
        let is_current = |resized: &Result<Arc<Resized>, AssetError>| {
            self.lasts() || resized.as_ref().is_ok_and(|resized| resized.is_fresh(original))
        };
        let make = || self.resize(original, &wanted).map(Arc::new);
        self.images.resized.get(&key, is_current, make)
    }

    fn resize(&self, original: &Arc<Original>, wanted: &Wanted) -> Result<Resized, AssetError> {
        let path = &original.path;
        let bytes = read_image(original).map_err(|error| mistake(path, &error))?;
        let variants = wanted.variants(original.header.format, &Key::new(&[&bytes]));
        let room = self.cache.room(ROOM);
        let bodies = self.images.workers.bodies(&room, bytes, &original.header, &variants);
        let bodies = bodies.map_err(|error| mistake(path, &error))?;
        let mut resized = Resized::none(original);
        for (variant, body) in variants.iter().zip(bodies) {
            let generated = Generated { file_name: variant.file_name(path), body };
            let asset = self.generated(&variant.key.hex(), path, || Ok(generated))?;
            match variant.format == original.header.format {
                true => resized.own.push((variant.width, asset)),
                false => resized.webp.push((variant.width, asset)),
            }
        }
        if wanted.is_full && original.header.format != Format::WebP {
            resized.own.push((original.width(), self.file(path)?));
        }
        Ok(resized)
    }

    /// The URLs of an image, from the narrowest: in its own format, and in WebP.
    pub(crate) fn candidates(&self, resized: &Resized) -> (Vec<Candidate>, Vec<Candidate>) {
        let candidate =
            |(width, asset): &(u32, Arc<Asset>)| Candidate { url: self.url(asset), width: *width };
        (resized.own.iter().map(candidate).collect(), resized.webp.iter().map(candidate).collect())
    }
}

/// The bytes of an image, unless they are too many.
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

impl Resized {
    fn none(original: &Arc<Original>) -> Self {
        Resized { original: Arc::clone(original), own: vec![], webp: vec![] }
    }

    /// Returns true if and only if it is of this original, whose file has not changed, and none of its files has.
    fn is_fresh(&self, original: &Arc<Original>) -> bool {
        Arc::ptr_eq(&self.original, original)
            && original.is_fresh()
            && self.own.iter().chain(&self.webp).all(|(_, asset)| asset.is_fresh())
    }
}

/// The widths to make.
#[derive(Debug)]
struct Wanted {
    /// Those narrower than the original, from the narrowest.
    smaller: Vec<u32>,
    /// The width of the original.
    full: u32,
    /// Whether a width was not narrower: then screens are wide enough for the original.
    is_full: bool,
}

impl Wanted {
    fn new(original: &Original, widths: &[u32]) -> Self {
        let full = original.width();
        let mut smaller: Vec<u32> = widths.iter().copied().filter(|width| *width < full).collect();
        let is_full = smaller.len() < widths.len();
        smaller.sort_unstable();
        smaller.dedup();
        smaller.retain(|width| *width > 0);
        Wanted { smaller, full, is_full }
    }

    /// All files to make, from the narrowest. The original stands for itself in its own format, unless that is WebP, where the copy has no metadata.
    fn variants(&self, own: Format, original: &Key) -> Vec<Variant> {
        let full = self.is_full.then_some(self.full);
        let formats = if own == Format::WebP { vec![own] } else { vec![own, Format::WebP] };
        let of_width =
            |width: u32| formats.iter().map(move |format| Variant::new(original, width, *format));
        let smaller = self.smaller.iter().copied().flat_map(of_width);
        smaller.chain(full.map(|width| Variant::new(original, width, Format::WebP))).collect()
    }
}

#[cfg(test)]
mod tests;
