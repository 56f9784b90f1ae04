//! Encodes images.

use std::io::Cursor;

use anyhow::{Result, anyhow};
use image::codecs::gif::GifEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageEncoder, RgbImage};
use jpeg_encoder::{Encoder, ImageBuffer, JpegColorType, SamplingFactor, rgb_to_ycbcr};

/// The quality of lossy formats, of 100.
const QUALITY: u8 = 80;

/// JPEG with colors at half the resolution, like the files of cameras.
pub(super) fn jpeg(image: &DynamicImage) -> Result<Vec<u8>> {
    // JPEG has no transparency, and no image that came from JPEG has any.
    let image = image.to_rgb8();
    let (width, height) = (u16::try_from(image.width())?, u16::try_from(image.height())?);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode_image(Rows { image, width, height })?;
    Ok(bytes)
}

/// The rows of an image for the encoder of JPEG. Its own function for bytes is compiled into kiln for each of nine kinds of pixels.
struct Rows {
    image: RgbImage,
    width: u16,
    height: u16,
}

impl ImageBuffer for Rows {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        self.width
    }

    fn height(&self) -> u16 {
        self.height
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        let row = 3 * usize::from(self.width);
        let start = row * usize::from(y);
        let (pixels, _) = self.image.as_raw()[start..start + row].as_chunks();
        for [r, g, b] in pixels {
            let (y, cb, cr) = rgb_to_ycbcr(*r, *g, *b);
            buffers[0].push(y);
            buffers[1].push(cb);
            buffers[2].push(cr);
        }
    }
}

pub(super) fn png(image: &DynamicImage) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive)
        .write_image(image.as_bytes(), image.width(), image.height(), image.color().into())?;
    Ok(bytes)
}

pub(super) fn gif(image: &DynamicImage) -> Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    // The slowest of thirty speeds looks at every pixel for the 256 colors.
    GifEncoder::new_with_speed(&mut bytes, 1).encode_frame(image::Frame::new(image.to_rgba8()))?;
    Ok(bytes.into_inner())
}

pub(super) fn webp(image: &DynamicImage) -> Result<Vec<u8>> {
    let (pixels, width, height) = (image.as_bytes(), image.width(), image.height());
    let encoder = match image.color().has_alpha() {
        true => webp::Encoder::from_rgba(pixels, width, height),
        false => webp::Encoder::from_rgb(pixels, width, height),
    };
    match encoder.encode_simple(false, QUALITY.into()) {
        Ok(bytes) => Ok(bytes.to_vec()),
        Err(error) => Err(anyhow!("libwebp refuses it: {error:?}")),
    }
}
