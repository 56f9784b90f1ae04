//! What the server parses itself, for the fuzz targets of `fuzz/`: hyper parses the rest of a request.

use http::{HeaderMap, HeaderValue, header};

use super::connections::Authority;
use super::files::range::{self, Part};

/// Parses a host with an optional port, and displays it.
pub fn authority(text: &str) -> Option<String> {
    text.parse::<Authority>().ok().map(|authority| authority.to_string())
}

/// The first and the last byte that a `Range` header selects of a file with `length` bytes, where it selects a part.
pub fn range(value: &[u8], length: u64) -> Option<(u64, u64)> {
    let value = HeaderValue::from_bytes(value).ok()?;
    match range::asked(&HeaderMap::from_iter([(header::RANGE, value)]), length) {
        Part::Range(first, last) => Some((first, last)),
        Part::Whole | Part::Unsatisfiable => None,
    }
}
