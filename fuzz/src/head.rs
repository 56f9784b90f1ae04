//! The heads of requests: what goes through the gate is read in one way only, however its bytes come.

use httparse::{EMPTY_HEADER, Request, Status};
use kiln::server::fuzzing::pass;

/// What a connection of HTTP/2 starts with; what follows is not the gate's.
const HTTP2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Sends bytes over a connection.
pub fn check(bytes: &[u8]) {
    let whole = pass(bytes, usize::MAX);
    for part in [1, 7, 100] {
        let parts = pass(bytes, part);
        assert_eq!(parts.bytes, whole.bytes, "in parts of {part}, other bytes go through");
        assert_eq!(parts.refused.is_some(), whole.refused.is_some(), "in parts of {part}");
    }
    if whole.bytes.starts_with(HTTP2) {
        return;
    }
    assert!(whole.refused.is_none() || whole.bytes.ends_with(b" / HTTP/1.1\r\n\r\n"));
    let mut rest = &whole.bytes[..];
    while !rest.is_empty() {
        let Some(length) = request(rest) else { return };
        rest = &rest[length.min(rest.len())..];
    }
}

/// Reads a request as the library behind the gate does, and returns its length with its body; `None` where it comes in
/// chunks, which end the connection.
fn request(bytes: &[u8]) -> Option<usize> {
    let mut headers = [EMPTY_HEADER; 100];
    let mut request = Request::new(&mut headers);
    let head = match request.parse(bytes) {
        Ok(Status::Complete(length)) => length,
        other => panic!("the gate lets through what is no head: {other:?}"),
    };
    let text = &bytes[..head];
    assert!(text.ends_with(b"\r\n\r\n"), "the head ends elsewhere");
    let lines = text.windows(2).filter(|pair| pair == b"\r\n").count();
    assert_eq!(lines, request.headers.len() + 2, "a header more or less");
    let feeds = text.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(feeds, lines, "a line without a carriage return");
    let path = request.path.expect("a target");
    assert!(path.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'#' | b'\\')));
    assert!(path.starts_with(['/', '*', 'h', 'H']), "a target of another form: {path}");
    let values = |name: &'static str| {
        let is_it = move |header: &&httparse::Header<'_>| header.name.eq_ignore_ascii_case(name);
        request.headers.iter().filter(is_it).map(|header| header.value.trim_ascii())
    };
    let lengths: Vec<&[u8]> = values("content-length").collect();
    let codings: Vec<&[u8]> = values("transfer-encoding").collect();
    assert!(lengths.len() + codings.len() <= 1, "the length of the body is unclear");
    if let [coding] = codings[..] {
        assert!(coding.eq_ignore_ascii_case(b"chunked"));
        return None;
    }
    let body = lengths.first().map_or(0, |length| {
        let digits = str::from_utf8(length).expect("digits");
        assert!(!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
        digits.parse::<usize>().expect("a length")
    });
    Some(head.saturating_add(body))
}
