//! 64-bit FNV-1a, as in kiln-build. It detects accidental changes, which is enough: the sources are trusted.

use std::fmt;

/// A hash of bytes, which can be added incrementally.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Hashes bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut hash = Fnv::default();
        hash.add(bytes);
        hash
    }

    /// Adds further bytes.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// Parses the output of `Display`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        u64::from_str_radix(text, 16).ok().map(Fnv)
    }

    pub(crate) fn value(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Fnv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_match_the_published_ones() {
        assert_eq!(Fnv::of(b"").to_string(), "cbf29ce484222325");
        assert_eq!(Fnv::of(b"a").to_string(), "af63dc4c8601ec8c");
        assert_eq!(Fnv::of(b"foobar").to_string(), "85944171f73967e8");
        let mut incremental = Fnv::of(b"foo");
        incremental.add(b"bar");
        assert_eq!(incremental, Fnv::of(b"foobar"));
    }
}
