//! The key of an entry.

use twox_hash::XxHash3_128;

/// A hash of all that an entry depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(u128);

/// The number of hexadecimal digits of a key.
const DIGITS: usize = 32;

impl Key {
    /// The key for a list of texts or bytes, each of which stays apart from the next.
    pub(crate) fn new(parts: &[&[u8]]) -> Self {
        let mut hasher = XxHash3_128::new();
        for part in parts {
            hasher.write(&part.len().to_le_bytes());
            hasher.write(part);
        }
        Key(hasher.finish_128())
    }

    /// The key in hexadecimal digits, which is how files are named.
    pub(crate) fn hex(&self) -> String {
        format!("{:0DIGITS$x}", self.0)
    }

    /// Reads the key at the beginning of the name of a file.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let digits = name.get(..DIGITS)?;
        u128::from_str_radix(digits, 16).ok().map(Key)
    }
}
