//! PNG: a list of chunks.

use anyhow::{Result, ensure};

use super::format::{Format, Header};
use super::input::Input;

pub(super) fn read(input: &mut Input<'_>) -> Result<Header> {
    let _signature: [u8; 8] = input.take()?;
    let (length, name) = chunk(input)?;
    ensure!(
        &name == b"IHDR" && length == 13,
        "the image is broken: the PNG file does not begin with its header"
    );
    let (width, height) = (u32::from_be_bytes(input.take()?), u32::from_be_bytes(input.take()?));
    input.skip(length - 8)?;
    let mut header = Header::upright(Format::Png, width, height);
    read_chunks(input, &mut header)?;
    Ok(header)
}

/// Reads the chunks around the image data. A file may end within the data, which only decoding finds.
fn read_chunks(input: &mut Input<'_>, header: &mut Header) -> Result<()> {
    let mut has_data = false;
    loop {
        input.skip(4)?;
        let (length, name) = match chunk(input) {
            Ok(chunk) => chunk,
            Err(_) if has_data => return Ok(()),
            Err(error) => return Err(error),
        };
        match &name {
            b"IEND" => return Ok(()),
            b"IDAT" => has_data = true,
            b"acTL" => header.is_animated |= !has_data,
            b"eXIf" => {
                *header = header.with_exif(input.metadata(length)?.as_deref());
                continue;
            }
            _ => {}
        }
        input.skip(length)?;
    }
}

fn chunk(input: &mut Input<'_>) -> Result<(u32, [u8; 4])> {
    Ok((u32::from_be_bytes(input.take()?), input.take()?))
}
