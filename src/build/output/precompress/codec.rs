//! A uniform interface to the encoders and decoders.
//!
//! The output of an encoder only depends on the bytes, their number and its level: it contains no time stamp and no
//! name, and does not depend on threads.

use std::io::{self, ErrorKind, Read, Write};

use crate::config::Encoding;

/// In bytes. Larger files are compressed with less effort, at some 10 MB per second and core instead of 1.
const LARGE: u64 = 1 << 20;

/// In bytes: how much of a file is in memory at once, besides the encoder's own memory.
const CHUNK: usize = 64 << 10;

/// The level for a file of this length.
///
/// Measured on documentation, style sheets and JSON: 11 of Brotli takes twice as long as 10 for another 3 %; 9 takes as
/// long as 10 on small files. 19 of Zstandard is the last level whose window every browser supports (RFC 9659).
pub(super) fn level(encoding: Encoding, length: u64) -> u32 {
    match encoding {
        Encoding::Gzip => 9,
        Encoding::Brotli if length > LARGE => 9,
        Encoding::Brotli => 10,
        Encoding::Zstd if length > LARGE => 15,
        Encoding::Zstd => 19,
    }
}

/// A length for each level.
pub(super) fn lengths() -> [u64; 2] {
    [LARGE, LARGE + 1]
}

/// Returns true if and only if a file of this length may be read into memory.
pub(super) fn is_small(length: u64) -> bool {
    length <= LARGE
}

/// Compresses the contents of a reader, which must have exactly this length.
#[cfg_attr(
    not(feature = "precompress"),
    expect(unused_variables, reason = "a site that asks for it does not compile")
)]
pub(super) fn compress(
    encoding: Encoding,
    level: u32,
    length: u64,
    from: &mut dyn Read,
    to: &mut dyn Write,
) -> io::Result<()> {
    match encoding {
        #[cfg(feature = "precompress")]
        Encoding::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(to, flate2::Compression::new(level));
            feed(from, &mut encoder)?;
            encoder.finish().map(drop)
        }
        #[cfg(feature = "precompress")]
        Encoding::Brotli => {
            let params = brotli::enc::BrotliEncoderParams {
                quality: i32::try_from(level).unwrap_or(i32::MAX),
                size_hint: usize::try_from(length).unwrap_or(usize::MAX),
                ..Default::default()
            };
            brotli::BrotliCompress(&mut { from }, &mut { to }, &params).map(drop)
        }
        #[cfg(feature = "zstd")]
        Encoding::Zstd => {
            let level = i32::try_from(level).unwrap_or(i32::MAX);
            let mut encoder = zstd::stream::write::Encoder::new(to, level)?;
            encoder.set_pledged_src_size(Some(length))?;
            feed(from, &mut encoder)?;
            encoder.finish().map(drop)
        }
        #[cfg(not(feature = "zstd"))]
        _ => Err(ErrorKind::Unsupported.into()),
    }
}

/// A reader that decompresses; it fails on invalid data and on trailing bytes.
#[cfg_attr(
    not(feature = "precompress"),
    expect(
        unused_variables,
        clippy::needless_pass_by_value,
        reason = "a site that asks for it does not compile"
    )
)]
fn decoder<'a>(encoding: Encoding, from: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    match encoding {
        #[cfg(feature = "precompress")]
        Encoding::Gzip => Ok(Box::new(flate2::read::MultiGzDecoder::new(from))),
        #[cfg(feature = "precompress")]
        Encoding::Brotli => Ok(Box::new(brotli::Decompressor::new(from, CHUNK))),
        #[cfg(feature = "zstd")]
        Encoding::Zstd => Ok(Box::new(zstd::stream::read::Decoder::new(from)?)),
        #[cfg(not(feature = "zstd"))]
        _ => Err(ErrorKind::Unsupported.into()),
    }
}

/// Returns true if and only if a variant decompresses to the contents of a reader.
pub(super) fn is_variant_of(
    encoding: Encoding,
    variant: impl Read,
    original: &mut dyn Read,
) -> bool {
    let compare = || -> io::Result<bool> {
        let mut decoder = decoder(encoding, variant)?;
        let (mut one, mut two) = (vec![0; CHUNK], vec![0; CHUNK]);
        loop {
            let count = fill(&mut *decoder, &mut one)?;
            if fill(original, &mut two)? != count || one[..count] != two[..count] {
                return Ok(false);
            }
            if count == 0 {
                return Ok(true);
            }
        }
    };
    // A variant that cannot be read is made again.
    compare().unwrap_or(false)
}

/// Writes the contents of a reader in chunks of a fixed size: the output of an encoder may depend on the boundaries.
#[cfg(feature = "precompress")]
fn feed(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    loop {
        match fill(from, &mut chunk)? {
            0 => return Ok(()),
            count => to.write_all(&chunk[..count])?,
        }
    }
}

/// Reads until a buffer is full or the reader ends.
fn fill(from: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match from.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(all(test, feature = "zstd"))]
mod tests {
    use super::*;

    const ENCODINGS: [Encoding; 3] = [Encoding::Gzip, Encoding::Brotli, Encoding::Zstd];

    fn compressed(encoding: Encoding, bytes: &[u8]) -> Vec<u8> {
        let length = bytes.len() as u64;
        let mut variant = Vec::new();
        compress(encoding, level(encoding, length), length, &mut &*bytes, &mut variant)
            .expect("a variant");
        variant
    }

    /// Text in which each line is different.
    fn text(lines: usize) -> Vec<u8> {
        (0..lines).flat_map(|n| format!("{n} times itself is {}\n", n * n).into_bytes()).collect()
    }

    /// A reader that returns this many bytes at a time.
    struct Trickle<'a>(&'a [u8], usize);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(buffer.len());
            self.0.read(&mut buffer[..count])
        }
    }

    #[test]
    fn compressed_files_can_be_decompressed() {
        let large = text(36_000);
        assert!(!is_small(large.len() as u64));
        for encoding in ENCODINGS {
            for bytes in [&b""[..], b"a", &text(100), &large] {
                let variant = compressed(encoding, bytes);
                assert!(is_variant_of(encoding, &*variant, &mut &*bytes), "{encoding:?}");
                assert!(is_variant_of(encoding, Trickle(&variant, 7), &mut Trickle(bytes, 11)));
            }
        }
    }

    #[test]
    fn other_files_are_not_variants() {
        let bytes = text(3_000);
        for encoding in ENCODINGS {
            let variant = compressed(encoding, &bytes);
            let is_variant = |variant: &[u8], mut original: &[u8]| {
                is_variant_of(encoding, variant, &mut original)
            };
            assert!(is_variant(&variant, &bytes));
            let mut other = bytes.clone();
            other[70_000] ^= 1;
            assert!(!is_variant(&variant, &other), "{encoding:?}: another byte");
            assert!(!is_variant(&variant, &bytes[1..]), "{encoding:?}: a byte less");
            assert!(!is_variant(&variant, &[&bytes[..], b"\n"].concat()), "{encoding:?}: one more");
            assert!(!is_variant(&variant[..variant.len() - 1], &bytes), "{encoding:?}: cut short");
            assert!(!is_variant(&[&variant[..], b"more"].concat(), &bytes), "{encoding:?}: longer");
            assert!(!is_variant(b"", &bytes) && !is_variant(&bytes, &bytes), "{encoding:?}");
        }
    }

    #[test]
    fn the_size_of_chunks_does_not_matter() {
        for (of_level, lines) in lengths().into_iter().zip([3_000, 10_000]) {
            let bytes = text(lines);
            let length = bytes.len() as u64;
            assert!(bytes.len() > CHUNK && !bytes.len().is_multiple_of(CHUNK));
            for encoding in ENCODINGS {
                let variant = |mut pieces: Trickle<'_>| {
                    let (level, mut variant) = (level(encoding, of_level), Vec::new());
                    compress(encoding, level, length, &mut pieces, &mut variant)
                        .expect("a variant");
                    variant
                };
                let whole = variant(Trickle(&bytes, bytes.len()));
                assert!(variant(Trickle(&bytes, 4_099)) == whole, "{encoding:?} {of_level}");
            }
        }
    }

    #[test]
    fn a_gzip_header_contains_no_time_and_no_system() {
        let variant = compressed(Encoding::Gzip, b"text");
        assert_eq!(variant[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
    }

    #[test]
    fn a_variant_of_a_shorter_file_is_outdated() {
        let bytes = text(10);
        let mut variant = Vec::new();
        let length = bytes.len() as u64 - 1;
        assert!(compress(Encoding::Zstd, 19, length, &mut &*bytes, &mut variant).is_err());
    }
}
