//! A black PNG of one pixel, made without a library.

use kiln::prelude::*;

pub async fn get() -> Result<impl IntoResponse> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0]);
    // One row of one pixel: no filter, and a bit that is 0; stored, and not compressed.
    chunk(&mut png, b"IDAT", &[0x78, 1, 1, 2, 0, 0xfd, 0xff, 0, 0, 0, 2, 0, 1]);
    chunk(&mut png, b"IEND", &[]);
    Ok(([(header::CONTENT_TYPE, "image/png")], png))
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    png.extend((data.len() as u32).to_be_bytes());
    let start = png.len();
    png.extend(kind);
    png.extend(data);
    let crc = crc(&png[start..]);
    png.extend(crc.to_be_bytes());
}

fn crc(data: &[u8]) -> u32 {
    let table = |byte: u32| {
        (0..8).fold(byte, |c, _| if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 })
    };
    !data.iter().fold(!0, |crc, &byte| table((crc ^ u32::from(byte)) & 0xff) ^ (crc >> 8))
}
