//! What the header of an image says: its format, its dimensions, and how it is to be shown.
//!
//! The readers are kiln's own. Every site needs them, with or without the feature `images`, and crates for it either stop at the
//! dimensions, which are the wrong way around for a photograph that the camera has turned, or read all of EXIF.

mod avif;
mod exif;
mod format;
mod gif;
mod input;
mod jpeg;
mod png;
mod svg;
mod webp;

use std::io::{BufRead, Seek};

use anyhow::{Result, bail, ensure};

pub(crate) use self::format::{Format, Header};
use self::input::Input;
#[cfg(feature = "images")]
pub(crate) use self::jpeg::is_complete as jpeg_is_complete;

/// The most pixels of an image: 100 megapixels.
pub(crate) const MAX_PIXELS: u64 = 100_000_000;

impl Header {
    /// Reads the header of an image.
    ///
    /// # Errors
    ///
    /// Fails if the image is broken, has more than 100 megapixels, or has a format that kiln does not know.
    pub(crate) fn read(mut file: impl BufRead + Seek) -> Result<Self> {
        let header = Self::parse(&mut Input::new(&mut file)?)?;
        let (width, height) = (header.stored_width, header.stored_height);
        ensure!(width > 0 && height > 0, "the image is broken: it is {width} × {height} pixels");
        if u64::from(width) * u64::from(height) > MAX_PIXELS {
            bail!(
                "the image has {width} × {height} pixels, and 100 megapixels are the limit\n\
                 hint: scale it down before you add it to the site"
            );
        }
        Ok(header)
    }

    fn parse(input: &mut Input<'_>) -> Result<Self> {
        let start = input.start();
        let Some(format) = format_of(&start) else {
            bail!(
                "the file is not an image that browsers show\n\
                 hint: the formats are JPEG, PNG, GIF, WebP, AVIF and SVG; `ctx.asset` gives the URL of any other file"
            );
        };
        match format {
            Format::Jpeg => jpeg::read(input),
            Format::Png => png::read(input),
            Format::Gif => gif::read(input),
            Format::WebP => webp::read(input),
            Format::Avif => avif::read(input),
            Format::Svg => Ok(svg::read(&start)),
        }
    }
}

/// The format of a file, by its first bytes.
fn format_of(start: &[u8]) -> Option<Format> {
    match start {
        [0xff, 0xd8, 0xff, ..] => Some(Format::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Format::Png),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Format::Gif),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Format::WebP),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some(Format::Avif),
        _ if svg::begins(start) => Some(Format::Svg),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
