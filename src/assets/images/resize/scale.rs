//! Scales pixels.

use anyhow::{Context, Result, bail};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, Resizer};
use image::{DynamicImage, RgbImage, RgbaImage};

/// Scales an image with a Lanczos filter. Colors under transparent pixels do not bleed into others.
pub(super) fn scale(pixels: &DynamicImage, width: u32, height: u32) -> Result<DynamicImage> {
    let kind = match pixels {
        DynamicImage::ImageRgb8(_) => PixelType::U8x3,
        DynamicImage::ImageRgba8(_) => PixelType::U8x4,
        _ => bail!("the image was decoded into other pixels than expected"),
    };
    let from = ImageRef::new(pixels.width(), pixels.height(), pixels.as_bytes(), kind)?;
    let mut to = Image::new(width, height, kind);
    Resizer::new().resize(&from, &mut to, None)?;
    let bytes = to.into_vec();
    let scaled = match kind {
        PixelType::U8x3 => RgbImage::from_raw(width, height, bytes).map(DynamicImage::from),
        _ => RgbaImage::from_raw(width, height, bytes).map(DynamicImage::from),
    };
    scaled.context("the scaled image has another size than expected")
}
