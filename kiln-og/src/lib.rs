//! Draws the pictures that other sites show beside a link.
//!
//! [`draw`] makes a PNG file from an SVG document, with resvg. The document reads no files and no URLs, and its text is set in fonts that
//! the caller passes, or else in Inter, which is part of this crate. So the same document is the same file on every machine.
//!
//! ```
//! use kiln_og::{Fonts, draw};
//!
//! let fonts = Fonts::new([]).unwrap();
//! let svg = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 630">
//!     <text x="80" y="200" font-size="80" font-weight="700" inline-size="1040">A long title, in several lines</text>
//! </svg>"#;
//! let drawing = draw(svg, 1200, 630, &fonts).unwrap();
//! assert!(drawing.png.starts_with(b"\x89PNG"));
//! assert!(drawing.missing.is_empty());
//! ```

mod document;
mod draw;
mod error;
mod fonts;
mod lines;
mod png;
mod wrap;

#[cfg(test)]
mod tests;

pub use self::draw::{Drawing, MAX_PIXELS, RECIPE, check, draw};
pub use self::error::Error;
pub use self::fonts::{BUNDLED, Fonts, NoFont};
