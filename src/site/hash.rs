//! FNV-1a of 64 bits, as kiln-build computes it: a hash that tells what differs by chance from what is the same. Nobody
//! attacks their own sources.

use std::fmt;

/// A hash of bytes, which may come bit by bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// The hash of some bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut hash = Fnv::default();
        hash.add(bytes);
        hash
    }

    /// Adds bytes behind those that have come.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// Reads what was written by `Display`.
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
    fn the_hash_is_the_published_one() {
        assert_eq!(Fnv::of(b"").to_string(), "cbf29ce484222325");
        assert_eq!(Fnv::of(b"a").to_string(), "af63dc4c8601ec8c");
        assert_eq!(Fnv::of(b"foobar").to_string(), "85944171f73967e8");
        let mut bit_by_bit = Fnv::of(b"foo");
        bit_by_bit.add(b"bar");
        assert_eq!(bit_by_bit, Fnv::of(b"foobar"));
    }
}
