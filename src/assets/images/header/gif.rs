//! GIF: a canvas, and a list of blocks, each frame one of them.

use anyhow::Result;

use super::format::{Format, Header};
use super::input::Input;

pub(super) fn read(input: &mut Input<'_>) -> Result<Header> {
    let _signature: [u8; 6] = input.take()?;
    let (width, height) = (u16::from_le_bytes(input.take()?), u16::from_le_bytes(input.take()?));
    let [flags, _, _] = input.take()?;
    skip_colors(input, flags)?;
    let mut header = Header::upright(Format::Gif, width.into(), height.into());
    header.is_animated = has_second_frame(input);
    Ok(header)
}

/// Whether there are two frames at least. A file may end within a frame, which only decoding finds.
fn has_second_frame(input: &mut Input<'_>) -> bool {
    skip_to_frame(input).is_ok_and(|is_there| is_there)
        && skip_frame(input).is_ok()
        && skip_to_frame(input).is_ok_and(|is_there| is_there)
}

fn skip_to_frame(input: &mut Input<'_>) -> Result<bool> {
    loop {
        match input.take()? {
            [b','] => return Ok(true),
            [b'!'] => {
                input.skip(1)?;
                skip_blocks(input)?;
            }
            _ => return Ok(false),
        }
    }
}

fn skip_frame(input: &mut Input<'_>) -> Result<()> {
    let [.., flags] = input.take::<9>()?;
    skip_colors(input, flags)?;
    input.skip(1)?;
    skip_blocks(input)
}

fn skip_colors(input: &mut Input<'_>, flags: u8) -> Result<()> {
    match flags & 0x80 {
        0 => Ok(()),
        _ => input.skip(3 << ((flags & 7) + 1)),
    }
}

fn skip_blocks(input: &mut Input<'_>) -> Result<()> {
    loop {
        match input.take()? {
            [0] => return Ok(()),
            [length] => input.skip(length.into())?,
        }
    }
}
