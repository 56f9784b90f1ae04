//! AVIF: boxes within boxes.

use anyhow::{Result, bail, ensure};

use super::format::{Format, Header};
use super::input::Input;

pub(super) fn read(input: &mut Input<'_>) -> Result<Header> {
    let (_, length) = open(input)?;
    let brands = input.metadata(length)?.unwrap_or_default();
    let has = |brand: &[u8]| brands.chunks(4).any(|it| it == brand);
    ensure!(
        has(b"avif") || has(b"avis"),
        "the file is not an image that browsers show\n\
         hint: convert it to JPEG, PNG, WebP or AVIF"
    );
    find(input, b"meta")?;
    // Version and flags.
    input.skip(4)?;
    find(input, b"iprp")?;
    let properties = find(input, b"ipco")?;
    let mut header = read_properties(input, properties)?;
    header.is_animated = brands.starts_with(b"avis");
    Ok(header)
}

/// Opens the next box: its name, and the length of what is in it.
fn open(input: &mut Input<'_>) -> Result<([u8; 4], u32)> {
    let (length, name) = (u32::from_be_bytes(input.take()?), input.take()?);
    match length.checked_sub(8) {
        Some(length) => Ok((name, length)),
        None => bail!("the image is broken: a box of the AVIF file has the length {length}"),
    }
}

/// Skips to a box, and returns its length.
fn find(input: &mut Input<'_>, wanted: &[u8]) -> Result<u32> {
    loop {
        let (name, length) = open(input)?;
        if name == wanted {
            return Ok(length);
        }
        input.skip(length)?;
    }
}

/// The largest of the images, turned if one is: the others are parts and thumbnails of it.
fn read_properties(input: &mut Input<'_>, mut left: u32) -> Result<Header> {
    let (mut width, mut height, mut turns) = (0, 0, 0);
    while left >= 8 {
        let (name, length) = open(input)?;
        left = left.saturating_sub(length.saturating_add(8));
        match &name {
            b"ispe" if length == 12 => {
                let _version: [u8; 4] = input.take()?;
                let size = (u32::from_be_bytes(input.take()?), u32::from_be_bytes(input.take()?));
                if u64::from(size.0) * u64::from(size.1) > u64::from(width) * u64::from(height) {
                    (width, height) = size;
                }
            }
            b"irot" if length == 1 => [turns] = input.take()?,
            _ => input.skip(length)?,
        }
    }
    Ok(match turns & 1 {
        0 => Header::upright(Format::Avif, width, height),
        _ => Header::upright(Format::Avif, height, width),
    })
}
