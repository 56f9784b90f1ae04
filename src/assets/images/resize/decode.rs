//! Decodes images, within limits.

use std::io::Cursor;

use anyhow::{Context, Result, ensure};
use image::codecs::{gif::GifDecoder, jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder};
use image::{DynamicImage, ImageDecoder, Limits};

use super::scale::Pixels;
use crate::assets::images::header::{self, Format, Header};

/// What a decoder may allocate beside the pixels, for example for a profile of colors, which a file may have compressed.
const MAX_EXTRA: u64 = 8 * 1024 * 1024;
/// The most bytes of a pixel in memory: four channels of 16 bits.
const PIXEL: u64 = 8;

/// An image as it is stored, in memory.
#[derive(Debug)]
pub(in super::super) struct Decoded {
    pub(super) pixels: Pixels,
    /// The profile of its colors; `None` for sRGB.
    pub(super) profile: Option<Vec<u8>>,
}

/// Decodes an image, whose header has been read and accepted.
///
/// # Errors
///
/// Fails if the image is broken, ends early, or needs more memory than its dimensions do.
pub(in super::super) fn decode(bytes: &[u8], header: &Header) -> Result<Decoded> {
    decode_any(bytes, header).context("the image is broken")
}

fn decode_any(bytes: &[u8], header: &Header) -> Result<Decoded> {
    let mut decoder = decoder(bytes, header)?;
    // The decoder and kiln have read the same header. A file on which they disagree gets no memory.
    let size = (header.stored_width, header.stored_height);
    ensure!(decoder.dimensions() == size, "its header contradicts itself");
    decoder.set_limits(limits(header))?;
    let profile = decoder.icc_profile()?;
    let image = eight_bits(DynamicImage::from_decoder(decoder)?);
    Ok(Decoded { pixels: Pixels::new(image)?, profile })
}

/// The decoder of a format. It is boxed, because all that takes a decoder is generic and compiled for each one.
fn decoder<'a>(bytes: &'a [u8], header: &Header) -> Result<Box<dyn ImageDecoder + 'a>> {
    let input = Cursor::new(bytes);
    Ok(match header.format {
        Format::Jpeg => {
            // The decoder fills up with gray what is missing.
            ensure!(header::jpeg_is_complete(bytes), "the file ends inside of the image data");
            Box::new(JpegDecoder::new(input)?)
        }
        Format::Png => Box::new(PngDecoder::with_limits(input, png_limits(header))?),
        Format::Gif => Box::new(GifDecoder::new(input)?),
        Format::WebP => Box::new(WebPDecoder::new(input)?),
        Format::Avif | Format::Svg => unreachable!("kiln does not resize these formats"),
    })
}

fn limits(header: &Header) -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(header.pixels() * PIXEL + MAX_EXTRA);
    limits
}

/// The decoder of PNG writes into the pixels, and needs memory for two rows.
fn png_limits(header: &Header) -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(u64::from(header.stored_width) * PIXEL * 2 + MAX_EXTRA);
    limits
}

/// Three or four channels of 8 bits, which is what the other steps take.
fn eight_bits(pixels: DynamicImage) -> DynamicImage {
    match pixels {
        DynamicImage::ImageRgb8(_) => pixels,
        _ if !pixels.color().has_alpha() => DynamicImage::ImageRgb8(pixels.into_rgb8()),
        _ => without_needless_alpha(DynamicImage::ImageRgba8(pixels.into_rgba8())),
    }
}

/// Many opaque images are stored with transparency, which makes every step and the result larger.
fn without_needless_alpha(pixels: DynamicImage) -> DynamicImage {
    match &pixels {
        DynamicImage::ImageRgba8(rgba) if rgba.pixels().all(|pixel| pixel.0[3] == u8::MAX) => {
            DynamicImage::ImageRgb8(pixels.into_rgb8())
        }
        _ => pixels,
    }
}
