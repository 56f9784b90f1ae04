//! Pixels at their full size, and how they are scaled.

use anyhow::{Context, Result, anyhow, bail};
use bytemuck::Pod;
use fast_image_resize::images::TypedImage;
use fast_image_resize::pixels::{U8x3, U8x4};
use fast_image_resize::{PixelTrait, Resizer};
use image::{DynamicImage, RgbImage, RgbaImage};

/// The pixels of an image, with three or four channels of 8 bits.
///
/// All that scales is generic over the pixels and over the type of the image. Others than these would be compiled into kiln once more,
/// which takes longer than the rest of the feature.
#[derive(Debug)]
pub(super) enum Pixels {
    Rgb(TypedImage<'static, U8x3>),
    Rgba(TypedImage<'static, U8x4>),
}

impl Pixels {
    /// Takes the pixels of an image with 8 bits for each channel, without a copy.
    pub(super) fn new(image: DynamicImage) -> Result<Self> {
        let (width, height) = (image.width(), image.height());
        Ok(match image {
            DynamicImage::ImageRgb8(rgb) => Pixels::Rgb(typed(width, height, rgb.into_raw())?),
            DynamicImage::ImageRgba8(rgba) => Pixels::Rgba(typed(width, height, rgba.into_raw())?),
            _ => bail!("the image was decoded into other pixels than expected"),
        })
    }

    /// Scales an image with a Lanczos filter. Colors under transparent pixels do not bleed into others.
    pub(super) fn scale(&self, width: u32, height: u32) -> Result<DynamicImage> {
        let scaled = match self {
            Pixels::Rgb(rgb) => {
                RgbImage::from_raw(width, height, scale(rgb, width, height)?).map(Into::into)
            }
            Pixels::Rgba(rgba) => {
                RgbaImage::from_raw(width, height, scale(rgba, width, height)?).map(Into::into)
            }
        };
        scaled.context("the scaled image has another size than expected")
    }
}

fn typed<P: PixelTrait + Pod>(
    width: u32,
    height: u32,
    mut bytes: Vec<u8>,
) -> Result<TypedImage<'static, P>> {
    // The bytes that a vector has in reserve must be whole pixels, too.
    bytes.shrink_to_fit();
    let pixels = bytemuck::allocation::try_cast_vec(bytes)
        .map_err(|(error, _)| anyhow!("the pixels cannot be scaled: {error}"))?;
    Ok(TypedImage::from_pixels(width, height, pixels)?)
}

fn scale<P: PixelTrait + Pod>(
    from: &TypedImage<'static, P>,
    width: u32,
    height: u32,
) -> Result<Vec<u8>> {
    let mut to = TypedImage::new(width, height);
    Resizer::new().resize_typed(from, &mut to, None)?;
    Ok(bytemuck::cast_slice(to.pixels()).to_vec())
}
