//! Photographs to resize, made of gradients and noise, and files that expand to more than they seem to be.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// 12 megapixels.
const WIDTH: u16 = 4000;
/// The other side.
const HEIGHT: u16 = 3000;

/// Writes photographs that do not exist yet: `0.jpg`, `1.jpg` and so on, each of some 4 MB.
///
/// # Errors
///
/// Fails if a file cannot be written.
pub fn write(folder: &Path, count: usize) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for number in 0..count {
        let path = folder.join(format!("{number}.jpg"));
        if !path.exists() {
            fs::write(path, photograph(number))?;
        }
    }
    Ok(())
}

fn photograph(number: usize) -> Vec<u8> {
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let phase = number as f32;
    let mut noise = 0x9e37_79b9_u32 ^ u32::try_from(number).unwrap_or_default();
    let mut pixels = Vec::with_capacity(usize::from(WIDTH) * usize::from(HEIGHT) * 3);
    for y in 0..HEIGHT {
        let down = (f32::from(y) / 430.0 + phase).sin() * 45.0;
        for x in 0..WIDTH {
            let across = (f32::from(x) / 700.0 - phase).cos() * 45.0;
            let texture = (f32::from(x) / 9.0).sin() * (f32::from(y) / 7.0).cos() * 14.0;
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = f32::from(u8::try_from(noise >> 28).unwrap_or_default());
            let light = 120.0 + down + across + texture + grain;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            pixels.extend([light, light * 0.85 + 10.0, light * 0.7 - down].map(|it| it as u8));
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 90);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(&pixels, WIDTH, HEIGHT, ColorType::Rgb).expect("a JPEG image");
    bytes
}

/// Files that expand to gigabytes, each with its name.
pub fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let zeros = zlib_of_zeros();
    let profile = [b"bomb\0\0", &zeros[..]].concat();
    let rows = zlib(&[0; 14]);
    vec![
        ("50,000 × 50,000.png", png(50_000, &[(b"IDAT", &zeros)])),
        ("profile.png", png(2, &[(b"iCCP", &profile), (b"IDAT", &rows)])),
        ("text.png", png(2, &[(b"zTXt", &profile), (b"IDAT", &rows)])),
        (
            "65,535 × 65,535.jpg",
            b"\xff\xd8\xff\xc2\0\x0b\x08\xff\xff\xff\xff\x01\x01\x11\0\xff\xda\xff\xd9".to_vec(),
        ),
        ("65,535 × 65,535.gif", b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x02\0;".to_vec()),
        ("16,384 × 16,384.webp", b"RIFF\x11\0\0\0WEBPVP8L\x05\0\0\0\x2f\xff\xff\xff\x0f\0".to_vec()),
        (
            "entities.svg",
            b"<!DOCTYPE svg [<!ENTITY a SYSTEM \"file:///dev/zero\">]><svg width=\"1\" height=\"1\">&a;</svg>".to_vec(),
        ),
    ]
}

fn png(side: u32, chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let header = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let chunks = [(b"IHDR", &header[..])].into_iter().chain(chunks.iter().copied());
    for (name, body) in chunks.chain([(b"IEND", &[][..])]) {
        let length = u32::try_from(body.len()).expect("a short chunk");
        let mut crc = flate2::Crc::new();
        crc.update(name);
        crc.update(body);
        bytes.extend(length.to_be_bytes());
        bytes.extend(name);
        bytes.extend(body);
        bytes.extend(crc.sum().to_be_bytes());
    }
    bytes
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory to write")
}

/// Two gigabytes of zeros.
fn zlib_of_zeros() -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![0; 1 << 20];
    (0..2048).try_for_each(|_| encoder.write_all(&zeros)).expect("memory to write");
    encoder.finish().expect("memory to write")
}
