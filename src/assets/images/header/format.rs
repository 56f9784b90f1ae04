//! The formats of images, and what a header says.

use super::exif::{self, Orientation};

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
    /// A header of an image that is shown as it is stored.
    pub(super) fn upright(format: Format, width: u32, height: u32) -> Self {
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
    pub(super) fn with_exif(mut self, exif: Option<&[u8]>) -> Self {
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
