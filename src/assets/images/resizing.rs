//! Requests images in several widths.

use std::sync::Arc;

use super::element::Candidate;
use super::header::Format;
use super::original::{Original, mistake, read_image};
use super::resized::{ROOM, Resized, Wanted};
use super::workers::Workers;
use crate::assets::asset::Asset;
use crate::assets::body::Generated;
use crate::assets::cache::Key;
use crate::assets::error::AssetError;
use crate::assets::store::Store;

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

    /// Sets the number of threads that resize images. Without it, there is one for each core.
    pub(crate) fn with_image_threads(mut self, threads: usize) -> Self {
        self.images.workers = Workers::new(threads);
        self
    }

    /// The number of threads that resize images; 0 stands for one for each core.
    #[cfg(test)]
    pub(crate) fn image_threads(&self) -> usize {
        self.images.workers.threads
    }
}

#[cfg(test)]
mod tests;
