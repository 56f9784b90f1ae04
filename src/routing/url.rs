//! Percent-encoding of paths and URLs.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};

/// Percent-encodes a path or a query as people write it. Existing escapes are kept; any other `%` is encoded.
pub(crate) fn escaped(text: &str) -> String {
    let mut url = String::with_capacity(text.len());
    for (at, piece) in text.split('%').enumerate() {
        if at > 0 {
            let digits = piece.as_bytes().get(..2);
            let is_escape = digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
            url.push_str(if is_escape { "%" } else { "%25" });
        }
        url.extend(utf8_percent_encode(piece, UNSAFE));
    }
    url
}

/// Percent-encodes a URL as browsers do, which leave any `%` as it is.
#[cfg(feature = "check")]
pub(crate) fn escaped_by_browsers(text: &str) -> std::borrow::Cow<'_, str> {
    utf8_percent_encode(text, UNSAFE).into()
}

/// Percent-encodes control characters and bytes that are not ASCII.
pub(crate) fn escaped_bytes(bytes: &[u8]) -> String {
    percent_encode(bytes, CONTROLS).to_string()
}

/// Percent-encodes segments, which are joined with `/`, and appends them.
pub(crate) fn push_encoded(url: &mut String, segments: &str) {
    if segments.bytes().fold(true, |so_far, byte| so_far & (byte == b'/' || is_unescaped(byte))) {
        url.push_str(segments);
        return;
    }
    for (at, segment) in segments.split('/').enumerate() {
        url.push_str(if at > 0 { "/" } else { "" });
        url.extend(utf8_percent_encode(segment, ESCAPED));
    }
}

/// Returns true if and only if a byte is unreserved in RFC 3986. Most paths only have such bytes.
pub(super) fn is_unescaped(byte: u8) -> bool {
    const UNESCAPED: [bool; 256] = {
        let mut unescaped = [false; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            unescaped[byte as usize] =
                byte.is_ascii_alphanumeric() | matches!(byte, b'-' | b'.' | b'_' | b'~');
            byte += 1;
        }
        unescaped
    };
    UNESCAPED[byte as usize]
}

/// Percent-encodes a segment of a path, or a part of one.
#[cfg(feature = "hosts")]
pub(crate) fn encode_segment(segment: &str) -> String {
    utf8_percent_encode(segment, ESCAPED).to_string()
}

/// The characters that are percent-encoded in a segment of a URL: all but RFC 3986's `pchar`.
pub(crate) const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// The characters that a URL cannot contain, and those that would end a quoted URL. `%` is not one of them, so existing
/// escapes are kept.
const UNSAFE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'[')
    .add(b']');
