//! WebP: a list of chunks, of which the first has the dimensions.

use anyhow::{Result, bail};

use super::format::{Format, Header};
use super::input::Input;

const ANIMATION: u8 = 0x02;
const EXIF: u8 = 0x08;

pub(super) fn read(input: &mut Input<'_>) -> Result<Header> {
    let _riff: [u8; 12] = input.take()?;
    let (name, length) = chunk(input)?;
    match &name {
        b"VP8X" => {
            let [flags, _, _, _] = input.take()?;
            let (width, height) = (one_less(input.take()?), one_less(input.take()?));
            input.skip(length.saturating_sub(10))?;
            let mut header = Header::upright(Format::WebP, width, height);
            header.is_animated = flags & ANIMATION != 0;
            let exif = if flags & EXIF == 0 { None } else { find_exif(input)? };
            Ok(header.with_exif(exif.as_deref()))
        }
        b"VP8L" => {
            let [_, bits @ ..]: [u8; 5] = input.take()?;
            let bits = u32::from_le_bytes(bits);
            Ok(Header::upright(Format::WebP, (bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        b"VP8 " => {
            input.skip(6)?;
            let (width, height) =
                (u16::from_le_bytes(input.take()?), u16::from_le_bytes(input.take()?));
            // The two bits on top tell a player how to scale.
            let size = |bits: u16| u32::from(bits & 0x3fff);
            Ok(Header::upright(Format::WebP, size(width), size(height)))
        }
        _ => bail!("the image is broken: the WebP file does not begin with an image"),
    }
}

/// A number of 24 bits, which is stored as one less.
fn one_less([a, b, c]: [u8; 3]) -> u32 {
    u32::from_le_bytes([a, b, c, 0]) + 1
}

/// EXIF stands behind the image data. A file may end within the data, which only decoding finds.
fn find_exif(input: &mut Input<'_>) -> Result<Option<Vec<u8>>> {
    while let Ok((name, length)) = chunk(input) {
        if &name == b"EXIF" {
            return input.metadata(length);
        }
        input.skip(length)?;
        // Chunks have even lengths.
        input.skip(length % 2)?;
    }
    Ok(None)
}

fn chunk(input: &mut Input<'_>) -> Result<([u8; 4], u32)> {
    Ok((input.take()?, u32::from_le_bytes(input.take()?)))
}
