//! Resizes one image: decode, scale, convert the colors, turn, encode.
//!
//! Scaling comes first after decoding, since the other steps take time for each pixel, and few pixels are left.
//!
//! Images are scaled in the color space that they are stored in, as sharp, libvips and Hugo do by default, and not in linear light.
//! Linear light would be exact, but it needs 16 bits for each channel of the original, which takes three times as long, and it makes
//! dark text on white thinner. On photographs the difference shows only in fine patterns of high contrast.

mod color;
mod decode;
mod encode;
mod scale;

use anyhow::{Context, Result};
use image::DynamicImage;
use image::metadata::Orientation;

use super::header::{Format, Header};

use self::decode::Decoded;
pub(super) use self::decode::decode;

/// What the bytes of a resized image depend on, but for the original and its width. It changes when this code, or a crate that it
/// calls, writes other bytes.
pub(super) const RECIPE: &str = "1";

/// The dimensions of an image that is shown `width` pixels wide.
pub(super) fn size(header: &Header, width: u32) -> (u32, u32) {
    let (full_width, full_height) = (u64::from(header.width()), u64::from(header.height()));
    let height = (full_height * u64::from(width) + full_width / 2) / full_width;
    (width, u32::try_from(height.max(1)).unwrap_or(u32::MAX))
}

impl Decoded {
    /// Scales the image so that it is shown `width` pixels wide, in sRGB and upright.
    pub(super) fn resized(&self, header: &Header, width: u32) -> Result<DynamicImage> {
        let (width, height) = size(header, width);
        let (width, height) =
            if header.orientation.swaps() { (height, width) } else { (width, height) };
        let mut image = self.pixels.scale(width, height)?;
        if let Some(profile) = &self.profile {
            color::convert(&mut image, profile);
        }
        let orientation = Orientation::from_exif(header.orientation.number());
        image.apply_orientation(orientation.unwrap_or(Orientation::NoTransforms));
        Ok(image)
    }
}

/// Encodes a resized image. The result has no metadata.
pub(super) fn encode(image: &DynamicImage, format: Format) -> Result<Vec<u8>> {
    let encoded = match format {
        Format::Jpeg => encode::jpeg(image),
        Format::Png => encode::png(image),
        Format::Gif => encode::gif(image),
        Format::WebP => encode::webp(image),
        Format::Avif | Format::Svg => unreachable!("kiln does not resize these formats"),
    };
    encoded.with_context(|| format!("cannot encode the image as {}", format.name()))
}

#[cfg(test)]
mod tests;
