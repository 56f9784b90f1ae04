//! JPEG: a list of segments up to the image data.

use anyhow::{Result, bail, ensure};

use super::format::{Format, Header};
use super::input::Input;

pub(super) fn read(input: &mut Input<'_>) -> Result<Header> {
    let [_, _] = input.take()?;
    let (mut size, mut exif) = (None, None);
    loop {
        match next_marker(input)? {
            // These have no length.
            0x01 | 0xd0..=0xd8 => {}
            0xd9 | 0xda => break,
            // Tables and comments have numbers between those of the frames.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let length = length(input)?;
                ensure!(length >= 5, "the image is broken: its frame is too short");
                let [_, y1, y0, x1, x0] = input.take()?;
                let (width, height) = (u16::from_be_bytes([x1, x0]), u16::from_be_bytes([y1, y0]));
                size.get_or_insert((width.into(), height.into()));
                input.skip(length - 5)?;
            }
            0xe1 => {
                let length = length(input)?;
                let segment = input.metadata(length)?;
                exif = exif.or(segment.filter(|segment| segment.starts_with(b"Exif\0\0")));
            }
            _ => {
                let length = length(input)?;
                input.skip(length)?;
            }
        }
    }
    let Some((width, height)) = size else {
        bail!("the image is broken: the JPEG file has no frame");
    };
    Ok(Header::upright(Format::Jpeg, width, height).with_exif(exif.as_deref()))
}

/// The next marker, after any number of fill bytes.
fn next_marker(input: &mut Input<'_>) -> Result<u8> {
    let [first] = input.take()?;
    ensure!(first == 0xff, "the image is broken: there is no JPEG segment where one should begin");
    loop {
        let [byte] = input.take()?;
        if byte != 0xff {
            return Ok(byte);
        }
    }
}

/// The length of the rest of a segment.
fn length(input: &mut Input<'_>) -> Result<u32> {
    let length = u16::from_be_bytes(input.take()?);
    ensure!(length >= 2, "the image is broken: a JPEG segment has the length {length}");
    Ok(u32::from(length) - 2)
}

/// Whether the image data have an end. A preview within the header has an end of its own, and anything may follow the image.
#[cfg(feature = "images")]
pub(crate) fn is_complete(bytes: &[u8]) -> bool {
    let mut file = std::io::Cursor::new(bytes);
    let is_read = Input::new(&mut file).is_ok_and(|mut input| read(&mut input).is_ok());
    let data = usize::try_from(file.position()).ok().and_then(|at| bytes.get(at..));
    is_read && data.is_some_and(|data| data.windows(2).rev().any(|pair| pair == [0xff, 0xd9]))
}
