//! An image in several widths.

use std::sync::Arc;

use super::header::Format;
use super::original::Original;
use super::resize;
use crate::assets::asset::Asset;
use crate::assets::cache::Key;
use crate::text::sorted::sorted_set;

/// The folder of the cache.
pub(super) const ROOM: &str = "images";

/// An image in several widths: the files that a browser may choose from.
#[derive(Debug)]
pub(crate) struct Resized {
    pub(super) original: Arc<Original>,
    /// In the format of the original, from the narrowest.
    pub(super) own: Vec<(u32, Arc<Asset>)>,
    /// In WebP, from the narrowest; empty if that is the format of the original.
    pub(super) webp: Vec<(u32, Arc<Asset>)>,
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

impl Resized {
    pub(super) fn none(original: &Arc<Original>) -> Self {
        Resized { original: Arc::clone(original), own: vec![], webp: vec![] }
    }

    /// Returns true if and only if it is of this original, whose file has not changed, and none of its files has.
    pub(super) fn is_fresh(&self, original: &Arc<Original>) -> bool {
        Arc::ptr_eq(&self.original, original)
            && original.is_fresh()
            && self.own.iter().chain(&self.webp).all(|(_, asset)| asset.is_fresh())
    }
}

/// The widths to make.
#[derive(Debug)]
pub(super) struct Wanted {
    /// Those narrower than the original, from the narrowest.
    pub(super) smaller: Vec<u32>,
    /// The width of the original.
    pub(super) full: u32,
    /// Whether a width was not narrower: then screens are wide enough for the original.
    pub(super) is_full: bool,
}

impl Wanted {
    pub(super) fn new(original: &Original, widths: &[u32]) -> Self {
        let full = original.width();
        let smaller: Vec<u32> = widths.iter().copied().filter(|width| *width < full).collect();
        let is_full = smaller.len() < widths.len();
        let mut smaller = sorted_set(smaller);
        smaller.retain(|width| *width > 0);
        Wanted { smaller, full, is_full }
    }

    /// All files to make, from the narrowest. The original stands for itself in its own format, unless that is WebP, where the copy has no metadata.
    pub(super) fn variants(&self, own: Format, original: &Key) -> Vec<Variant> {
        let full = self.is_full.then_some(self.full);
        let formats = if own == Format::WebP { vec![own] } else { vec![own, Format::WebP] };
        let of_width =
            |width: u32| formats.iter().map(move |format| Variant::new(original, width, *format));
        let smaller = self.smaller.iter().copied().flat_map(of_width);
        smaller.chain(full.map(|width| Variant::new(original, width, Format::WebP))).collect()
    }
}
