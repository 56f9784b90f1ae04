//! The length and a hash of a file, which distinguish its versions.

use std::fmt;
use std::hash::Hasher;
use std::io::{self, Read};

use twox_hash::XxHash3_64;

/// The length of a file and the XXH3 of its bytes. The site's author makes the files, so the hash only has to
/// distinguish versions, and need not withstand attacks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Digest {
    pub(crate) length: u64,
    pub(crate) hash: u64,
}

impl Digest {
    /// The digest of bytes in memory.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Digest { length: bytes.len() as u64, hash: XxHash3_64::oneshot(bytes) }
    }

    /// Parses the output of `Display`; `None` for anything else. Like [`Digest::push`], it is called for each file.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (length, hash) = text.as_bytes().split_at_checked(text.len().checked_sub(16)?)?;
        let length = length.strip_suffix(b"-")?;
        let is_canonical = matches!(length, [b'0'] | [b'1'..=b'9' | b'a'..=b'f', ..]);
        let is_number = is_canonical && length.len() <= 16;
        is_number.then_some(Digest { length: from_hex(length)?, hash: from_hex(hash)? })
    }

    /// The number of bytes.
    #[cfg(feature = "server")]
    pub(crate) fn length(self) -> u64 {
        self.length
    }
}

impl Digest {
    /// Appends it in the form of the record. This is called for each file, and formatting with `write!` takes many
    /// times as many instructions.
    pub(crate) fn push(self, line: &mut Vec<u8>) {
        let digits = 16 - (self.length.leading_zeros() / 4).min(15);
        line.extend((0..digits).rev().map(|at| digit(self.length, at)));
        line.push(b'-');
        line.extend_from_slice(&hex(self.hash));
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{:016x}", self.length, self.hash)
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// All hexadecimal digits of a number.
fn hex(number: u64) -> [u8; 16] {
    let bytes = number.to_be_bytes();
    std::array::from_fn(|at| DIGITS[usize::from((bytes[at / 2] >> (4 - 4 * (at % 2))) & 15)])
}

/// The digit of a number at a place, from the right.
fn digit(number: u64, at: u32) -> u8 {
    DIGITS[((number >> (4 * at)) & 15) as usize]
}

/// The number with these digits, at most 16 in lower case; `None` if there are other characters.
fn from_hex(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |number: u64, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u64::from(value))
    })
}

/// Computes the digest of bytes that arrive in chunks.
#[derive(Default)]
pub(crate) struct Hashing {
    length: u64,
    hasher: XxHash3_64,
}

impl Hashing {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.hasher.write(bytes);
    }

    pub(crate) fn digest(&self) -> Digest {
        Digest { length: self.length, hash: self.hasher.finish() }
    }
}

/// A reader that computes the digest of what is read from it.
pub(crate) struct HashingReader<R> {
    inner: R,
    hashing: Hashing,
}

impl<R: Read> HashingReader<R> {
    pub(crate) fn new(inner: R) -> Self {
        HashingReader { inner, hashing: Hashing::default() }
    }

    /// The digest of the whole reader, including what has not been read yet.
    pub(crate) fn finish(mut self) -> io::Result<Digest> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(self.hashing.digest())
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hashing.add(&buffer[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        // From the test vectors of XXH3, whose other values are in the library's own tests.
        assert_eq!(Digest::of(b"").to_string(), "0-2d06800538d394c2");
    }

    #[test]
    fn both_numbers_are_hexadecimal() {
        for length in [0, 1, 15, 16, 0xabc, 0x1000, u64::from(u32::MAX), u64::MAX] {
            for hash in [0, 1, 0xdead_beef, u64::MAX] {
                let digest = Digest { length, hash };
                let mut line = Vec::new();
                digest.push(&mut line);
                assert_eq!(String::from_utf8(line).as_deref(), Ok(&*digest.to_string()));
                assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
            }
        }
    }

    #[test]
    fn other_forms_are_no_digests() {
        for text in [
            "",
            "-",
            "0",
            "0-0",
            "0123456789abcdef",
            "-0123456789abcdef",
            "00-0123456789abcdef",
            "01-0123456789abcdef",
            "A-0123456789abcdef",
            "+1-0123456789abcdef",
            "1-0123456789abcdeF",
            "1-0123456789abcdeg",
            "1-+123456789abcdef",
            "1 0123456789abcdef",
            "1-00123456789abcdef",
            "1-é123456789abcde",
            "10000000000000000-0123456789abcdef",
        ] {
            assert_eq!(Digest::parse(text), None, "{text}");
        }
    }

    #[test]
    fn pieces_have_the_digest_of_the_whole() {
        let bytes: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        for length in [0, 1, 16, 17, 128, 129, 240, 241, 1024, 1025, bytes.len()] {
            let whole = Digest::of(&bytes[..length]);
            let mut pieces = Hashing::default();
            bytes[..length].chunks(7).for_each(|piece| pieces.add(piece));
            assert_eq!(pieces.digest(), whole, "{length}");
            let mut reader = HashingReader::new(&bytes[..length]);
            let _ = reader.read(&mut [0; 5]).expect("memory");
            assert_eq!(reader.finish().expect("memory"), whole, "{length}");
            assert_eq!(Digest::parse(&whole.to_string()), Some(whole));
        }
        assert_ne!(Digest::of(b"old page"), Digest::of(b"new page"));
    }

    #[test]
    fn invalid_digests_are_rejected() {
        for text in
            ["", "1", "1-2", "-0000000000000000", "1-000000000000000G", "01-0000000000000000"]
        {
            assert_eq!(Digest::parse(text), None, "{text}");
        }
    }
}
