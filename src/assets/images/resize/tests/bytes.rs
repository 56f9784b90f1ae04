//! PNG files that no encoder writes.

/// A PNG file of a depth in bits and a type of color, with chunks before its data. Each row begins with its filter.
pub(super) fn png(
    width: u32,
    height: u32,
    (depth, color): (u8, u8),
    chunks: &[Vec<u8>],
    rows: &[u8],
) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let header = chunk(b"IHDR", &[&size[..], &[depth, color, 0, 0, 0]].concat());
    let data = chunk(b"IDAT", &stored(rows));
    [b"\x89PNG\r\n\x1a\n", &header[..], &chunks.concat(), &data, &chunk(b"IEND", b"")].concat()
}

pub(super) fn chunk(name: &[u8], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("a short chunk");
    let named = [name, body].concat();
    [&length.to_be_bytes()[..], &named, &crc(&named).to_be_bytes()].concat()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

/// zlib without compression.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("few bytes");
    let (a, b) = bytes.iter().fold((1, 0), |(a, b), &byte| {
        let a = (a + u32::from(byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    let sum = (b << 16 | a).to_be_bytes();
    [&[0x78, 1, 1], &length.to_le_bytes()[..], &(!length).to_le_bytes(), bytes, &sum].concat()
}

/// zlib with so many zeros: one, and then repeats of 258 of them in 13 bits each.
pub(super) fn zeros(count: usize) -> Vec<u8> {
    // From the lowest bit of each byte: the last block, with fixed codes; the literal 0.
    let mut bits = vec![true, true, false];
    bits.extend([false, false, true, true, false, false, false, false]);
    let repeat =
        [true, true, false, false, false, true, false, true, false, false, false, false, false];
    bits.extend(repeat.iter().cycle().take(13 * (count / 258)));
    bits.extend([false; 7]);
    let byte = |bits: &[bool]| bits.iter().rev().fold(0, |byte, &bit| byte << 1 | u8::from(bit));
    let body: Vec<u8> = bits.chunks(8).map(byte).collect();
    [&[0x78, 1], &body[..]].concat()
}
