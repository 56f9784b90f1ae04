//! Writes PNG files that are as small as their pixels allow.

use std::collections::BTreeMap;

use png::{BitDepth, ColorType, Compression, Encoder, Filter};
use resvg::tiny_skia::Pixmap;

/// The most colors of a palette.
const MOST: usize = 256;

type Color = [u8; 4];

/// Writes a picture: with a palette if it has few colors, and without transparency if nothing is transparent.
pub(crate) fn encode(pixmap: &Pixmap) -> Vec<u8> {
    let color = |pixel: &resvg::tiny_skia::PremultipliedColorU8| -> Color {
        let color = pixel.demultiply();
        [color.red(), color.green(), color.blue(), color.alpha()]
    };
    let colors: Vec<Color> = pixmap.pixels().iter().map(color).collect();
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, pixmap.width(), pixmap.height());
    // The highest takes twice as long, and saves a hundredth of a gradient.
    encoder.set_compression(Compression::Balanced);
    encoder.set_depth(BitDepth::Eight);
    let data = if let Some(palette) = Palette::of(&colors) {
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(palette.depth());
        encoder.set_filter(Filter::NoFilter);
        encoder.set_palette(palette.rgb());
        if let Some(alpha) = palette.alpha() {
            encoder.set_trns(alpha);
        }
        palette.pack(&colors, pixmap.width() as usize)
    } else {
        let is_opaque = colors.iter().all(|color| color[3] == u8::MAX);
        encoder.set_color(if is_opaque { ColorType::Rgb } else { ColorType::Rgba });
        encoder.set_filter(Filter::Adaptive);
        let channels = if is_opaque { 3 } else { 4 };
        colors.iter().flat_map(|color| &color[..channels]).copied().collect()
    };
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&data));
    written.expect("a vector takes all bytes, and the data has the size of the picture");
    file
}

/// The colors of a picture in a fixed order, each with its index.
struct Palette(BTreeMap<Color, u8>);

impl Palette {
    /// `None` if there are too many colors.
    fn of(colors: &[Color]) -> Option<Self> {
        let mut palette = BTreeMap::new();
        let mut last = None;
        for color in colors {
            if last != Some(color) && palette.insert(*color, 0).is_none() && palette.len() > MOST {
                return None;
            }
            last = Some(color);
        }
        for (index, own) in (0..).zip(palette.values_mut()) {
            *own = index;
        }
        Some(Palette(palette))
    }

    fn depth(&self) -> BitDepth {
        match self.0.len() {
            0..=2 => BitDepth::One,
            3..=4 => BitDepth::Two,
            5..=16 => BitDepth::Four,
            _ => BitDepth::Eight,
        }
    }

    fn rgb(&self) -> Vec<u8> {
        self.0.keys().flat_map(|color| &color[..3]).copied().collect()
    }

    /// The transparency of each color; `None` if none is transparent.
    fn alpha(&self) -> Option<Vec<u8>> {
        let alpha: Vec<u8> = self.0.keys().map(|color| color[3]).collect();
        alpha.iter().any(|alpha| *alpha != u8::MAX).then_some(alpha)
    }

    /// The indexes of all pixels, several in a byte if they fit. Each row starts with a byte of its own.
    fn pack(&self, colors: &[Color], width: usize) -> Vec<u8> {
        let bits = self.depth() as usize;
        let mut data = Vec::with_capacity(colors.len() * bits / 8);
        for row in colors.chunks(width) {
            for pixels in row.chunks(8 / bits) {
                let byte = pixels
                    .iter()
                    .enumerate()
                    .fold(0, |byte, (at, color)| byte | self.0[color] << (8 - bits * (at + 1)));
                data.push(byte);
            }
        }
        data
    }
}
