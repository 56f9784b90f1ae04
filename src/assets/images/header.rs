//! What the header of an image says: its format, its dimensions, and how it is to be shown.
//!
//! The readers are kiln's own. Every site needs them, with or without the feature `images`, and crates for it either stop at the
//! dimensions, which are the wrong way around for a photograph that the camera has turned, or read all of EXIF.

mod avif;
mod exif;
mod gif;
mod input;
mod jpeg;
mod png;
mod svg;
mod webp;

use std::io::{BufRead, Seek};

use anyhow::{Result, bail, ensure};

pub(crate) use self::exif::Orientation;
use self::input::Input;
#[cfg(feature = "images")]
pub(crate) use self::jpeg::is_complete as jpeg_is_complete;

/// The most pixels of an image: 100 megapixels.
pub(crate) const MAX_PIXELS: u64 = 100_000_000;

/// A format of images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Format {
    Jpeg,
    Png,
    Gif,
    WebP,
    Avif,
    Svg,
}

impl Format {
    /// The name of the format for people.
    #[cfg(feature = "images")]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Format::Jpeg => "JPEG",
            Format::Png => "PNG",
            Format::Gif => "GIF",
            Format::WebP => "WebP",
            Format::Avif => "AVIF",
            Format::Svg => "SVG",
        }
    }

    /// The extension of a file that kiln makes.
    #[cfg(feature = "images")]
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Format::Jpeg => "jpg",
            Format::Png => "png",
            Format::Gif => "gif",
            Format::WebP => "webp",
            Format::Avif => "avif",
            Format::Svg => "svg",
        }
    }

    /// The format of a file, by its first bytes.
    fn of(start: &[u8]) -> Option<Self> {
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
}

/// The header of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) format: Format,
    /// The width in pixels, as the image is stored.
    pub(crate) stored_width: u32,
    /// The height in pixels, as the image is stored.
    pub(crate) stored_height: u32,
    pub(crate) orientation: Orientation,
    /// Whether the image has more than one frame.
    pub(crate) is_animated: bool,
    /// Whether its EXIF has GPS coordinates.
    pub(crate) has_location: bool,
}

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
        let Some(format) = Format::of(&start) else {
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

    /// A header of an image that is shown as it is stored.
    fn upright(format: Format, width: u32, height: u32) -> Self {
        Header {
            format,
            stored_width: width,
            stored_height: height,
            orientation: Orientation::default(),
            is_animated: false,
            has_location: false,
        }
    }

    /// Adds what EXIF says.
    fn with_exif(mut self, exif: Option<&[u8]>) -> Self {
        if let Some(exif) = exif.map(exif::read) {
            self.orientation = exif.orientation;
            self.has_location = exif.has_location;
        }
        self
    }

    /// The width in pixels, as the image is shown.
    pub(crate) fn width(&self) -> u32 {
        if self.orientation.swaps() { self.stored_height } else { self.stored_width }
    }

    /// The height in pixels, as the image is shown.
    pub(crate) fn height(&self) -> u32 {
        if self.orientation.swaps() { self.stored_width } else { self.stored_height }
    }

    /// The number of pixels.
    #[cfg(feature = "images")]
    pub(crate) fn pixels(&self) -> u64 {
        u64::from(self.stored_width) * u64::from(self.stored_height)
    }

    /// Whether the image can be resized. Vector graphics and animations are not.
    #[cfg(feature = "images")]
    pub(crate) fn is_resizable(&self) -> bool {
        !self.is_animated && !matches!(self.format, Format::Svg | Format::Avif)
    }
}

#[cfg(test)]
mod tests;
