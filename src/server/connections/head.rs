//! The head of a request of HTTP/1: the request line and the header lines, up to the empty line.

use super::limits::Limits;
use super::refusal::Refusal;
use super::request_line::{self, BESIDE_TARGET, Version, is_token};

/// Where the body behind a head ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// After so many bytes; 0 where there is none.
    Length(u64),
    /// Where its last chunk says.
    Chunked,
}

/// The bytes that a head can have at most.
pub(super) fn longest(limits: &Limits) -> usize {
    limits.target + BESIDE_TARGET + limits.header_bytes
}

/// The end of the head that the bytes start with, searched from where `scanned` bytes have been looked at before.
pub(super) fn end(bytes: &[u8], scanned: usize) -> Option<usize> {
    let from = scanned.saturating_sub(2);
    // A line feed alone ends no line, but the head that has one is refused, not waited for.
    bytes[from..].iter().enumerate().filter(|(_, byte)| **byte == b'\n').find_map(|(at, _)| {
        let at = from + at + 1;
        match &bytes[at..] {
            [b'\n', ..] => Some(at + 1),
            [b'\r', b'\n', ..] => Some(at + 2),
            _ => None,
        }
    })
}

/// Why bytes that are longer than any head are refused.
pub(super) fn too_long(bytes: &[u8], limits: &Limits) -> Refusal {
    match bytes.iter().take(limits.target + BESIDE_TARGET).any(|byte| *byte == b'\n') {
        true => Refusal::Headers,
        false => Refusal::TargetTooLong,
    }
}

/// Checks a head, and says what follows it.
///
/// It is stricter than the library behind, which lets lines end without a carriage return and several lengths stand
/// side by side: two that read one head in two ways are how requests are smuggled.
pub(super) fn check(head: &[u8], limits: &Limits) -> Result<Framing, Refusal> {
    let lines = head.strip_suffix(b"\n\r\n").ok_or(Refusal::Head)?;
    let mut lines = lines.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r"));
    let first = lines.next().flatten().ok_or(Refusal::Head)?;
    let version = request_line::check(first, limits.target)?;
    if head.len() - first.len() > limits.header_bytes + "\r\n\r\n".len() {
        return Err(Refusal::Headers);
    }
    let mut length = None;
    let mut is_chunked = false;
    for (at, line) in lines.enumerate() {
        if at == limits.headers {
            return Err(Refusal::Headers);
        }
        let (name, value) = header(line.ok_or(Refusal::Head)?)?;
        if name.eq_ignore_ascii_case(b"content-length") {
            if length.replace(content_length(value)?).is_some() {
                return Err(Refusal::Framing);
            }
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if is_chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(Refusal::Framing);
            }
            is_chunked = true;
        }
    }
    match (length, is_chunked) {
        (length, false) => Ok(Framing::Length(length.unwrap_or_default())),
        (None, true) if version == Version::Http11 => Ok(Framing::Chunked),
        _ => Err(Refusal::Framing),
    }
}

/// The name and the value of a header line.
fn header(line: &[u8]) -> Result<(&[u8], &[u8]), Refusal> {
    let at = line.iter().position(|byte| *byte == b':').ok_or(Refusal::Head)?;
    let (name, value) = (&line[..at], &line[at + 1..]);
    let is_text = |byte: &u8| *byte == b'\t' || !byte.is_ascii_control();
    match is_token(name) && value.iter().all(is_text) {
        // Of what can be trimmed, text has spaces and tabs only.
        true => Ok((name, value.trim_ascii())),
        false => Err(Refusal::Head),
    }
}

fn content_length(value: &[u8]) -> Result<u64, Refusal> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return Err(Refusal::Framing);
    }
    // The library behind keeps the greatest numbers for itself.
    let length = str::from_utf8(value).ok().and_then(|digits| digits.parse::<i64>().ok());
    length.and_then(|length| u64::try_from(length).ok()).ok_or(Refusal::BodyTooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(headers: &str, expected: Result<Framing, Refusal>) {
        let limits = Limits { headers: 3, header_bytes: 100, ..Limits::default() };
        let head = format!("GET / HTTP/1.1\r\n{headers}\r\n");
        assert_eq!(end(head.as_bytes(), 0), Some(head.len()), "{headers:?}");
        assert_eq!(check(head.as_bytes(), &limits), expected, "{headers:?}");
    }

    #[test]
    fn a_head_says_how_long_its_body_is() {
        is("", Ok(Framing::Length(0)));
        is("Host: a\r\n", Ok(Framing::Length(0)));
        is("content-LENGTH:  12 \r\n", Ok(Framing::Length(12)));
        is("Transfer-Encoding: Chunked\r\n", Ok(Framing::Chunked));
        is("A: \u{e9}\tb\r\n", Ok(Framing::Length(0)));
        is("A:\r\n", Ok(Framing::Length(0)));
    }

    #[test]
    fn an_unclear_length_is_refused() {
        for headers in [
            "Content-Length: 1\r\nContent-Length: 1\r\n",
            "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: identity\r\n",
            "Content-Length: +1\r\n",
            "Content-Length: 1, 1\r\n",
            "Content-Length:\r\n",
            "Content-Length: 0x1\r\n",
        ] {
            is(headers, Err(Refusal::Framing));
        }
        is("Content-Length: 18446744073709551615\r\n", Err(Refusal::BodyTooLarge));
        let old = b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(check(old, &Limits::default()), Err(Refusal::Framing));
    }

    #[test]
    fn lines_that_are_no_headers_are_refused() {
        for headers in [
            "A\r\n",
            "A : b\r\n",
            " A: b\r\n",
            "A: b\r\n c\r\n",
            ": b\r\n",
            "A: b\0\r\n",
            "A: b\rc\r\n",
            "A: \rb\r\n",
            "A: b\r\r\n",
            "A: \u{c}b\r\n",
            "A: b\n",
        ] {
            is(headers, Err(Refusal::Head));
        }
        assert_eq!(check(b"GET / HTTP/1.1\n\n", &Limits::default()), Err(Refusal::Head));
        assert_eq!(check(b"GET / HTTP/1.1\n\r\n", &Limits::default()), Err(Refusal::Head));
    }

    #[test]
    fn headers_are_bounded_in_number_and_size() {
        is("A: 1\r\nB: 2\r\nC: 3\r\n", Ok(Framing::Length(0)));
        is("A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n", Err(Refusal::Headers));
        is(&format!("A: {}\r\n", "a".repeat(95)), Ok(Framing::Length(0)));
        is(&format!("A: {}\r\n", "a".repeat(96)), Err(Refusal::Headers));
    }

    #[test]
    fn the_end_is_found_however_the_bytes_come() {
        let head = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        for came in 0..head.len() {
            assert_eq!(end(&head[..came], came.saturating_sub(1)), None);
        }
        assert_eq!(end(head, head.len() - 1), Some(head.len()));
        assert_eq!(end(b"a\n\nb", 0), Some(3));
    }
}
