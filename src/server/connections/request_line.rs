//! The first line of a request of HTTP/1, and the target that requests of HTTP/2 have as well.

use http::Uri;

use super::refusal::Refusal;

/// The bytes of a request line beside the target: a method, the version, two spaces.
pub(super) const BESIDE_TARGET: usize = 64;

/// The version of a request line that can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    Http10,
    Http11,
}

/// Checks a request line, without its end.
///
/// The library behind drops what follows a `#` without a word, and reads a target that is much too long as headers that
/// are: this sees the bytes as they were sent.
pub(super) fn check(line: &[u8], longest_target: usize) -> Result<Version, Refusal> {
    let (method, rest) = split_at_space(line).ok_or(Refusal::Head)?;
    let (version, target) = rest
        .iter()
        .rposition(|byte| *byte == b' ')
        .map(|at| (&rest[at + 1..], &rest[..at]))
        .ok_or(Refusal::Head)?;
    if method.len() + version.len() + 2 > BESIDE_TARGET || !is_token(method) {
        return Err(Refusal::Head);
    }
    let version = match version {
        b"HTTP/1.1" => Version::Http11,
        b"HTTP/1.0" => Version::Http10,
        other if other.starts_with(b"HTTP/") => return Err(Refusal::Version),
        _ => return Err(Refusal::Head),
    };
    check_target(method, target, longest_target)?;
    Ok(version)
}

/// Checks the target of a request: a path with or without a query, a URL of `http` or `https`, or `*` for `OPTIONS`.
///
/// Whether the path is one that can be looked up, [`RequestPath`](crate::routing::request_path::RequestPath) says.
pub(super) fn check_target(method: &[u8], target: &[u8], longest: usize) -> Result<(), Refusal> {
    if target.len() > longest {
        return Err(Refusal::TargetTooLong);
    }
    if !target.iter().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'#' | b'\\')) {
        return Err(Refusal::Target);
    }
    let uri = Uri::try_from(target).map_err(|_| Refusal::Target)?;
    let is_answered = match target {
        // A tunnel to wherever the target says is no page's to give.
        _ if method == b"CONNECT" => false,
        b"*" => method == b"OPTIONS",
        [b'/', ..] => true,
        _ => matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some(),
    };
    if is_answered { Ok(()) } else { Err(Refusal::Target) }
}

/// Returns true if and only if the text can be a method or the name of a header.
pub(super) fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| is_token_byte(*byte))
}

pub(super) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn split_at_space(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = line.iter().position(|byte| *byte == b' ')?;
    Some((&line[..at], &line[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(line: &str, expected: Result<Version, Refusal>) {
        assert_eq!(check(line.as_bytes(), 100), expected, "{line:?}");
    }

    #[test]
    fn lines_that_are_answered() {
        is("GET / HTTP/1.1", Ok(Version::Http11));
        is("GET / HTTP/1.0", Ok(Version::Http10));
        is("get /a HTTP/1.1", Ok(Version::Http11));
        is("GET /a%20b?c=[d]&e={f}|g HTTP/1.1", Ok(Version::Http11));
        is("GET //a/../b HTTP/1.1", Ok(Version::Http11));
        is("GET http://host/a?b HTTP/1.1", Ok(Version::Http11));
        is("GET https://[::1]:80 HTTP/1.1", Ok(Version::Http11));
        is("OPTIONS * HTTP/1.1", Ok(Version::Http11));
        let target = format!("/{}", "a".repeat(99));
        is(&format!("GET {target} HTTP/1.1"), Ok(Version::Http11));
    }

    #[test]
    fn targets_that_are_refused() {
        for target in [
            "/a#b",
            "/#",
            "#",
            "/a\\b",
            "/a b",
            "/a  b",
            " /a",
            "/a ",
            "/a\tb",
            "/a\0b",
            "/a\x7fb",
            "/\u{e9}",
            "",
            "a",
            "a/b",
            "host:80",
            "*",
            "ftp://host/",
            "http:///a",
            "javascript:a",
            "/?a\\b",
            "/?a#b",
            "http://host/#",
        ] {
            is(&format!("GET {target} HTTP/1.1"), Err(Refusal::Target));
        }
        is("CONNECT host:80 HTTP/1.1", Err(Refusal::Target));
        is("CONNECT / HTTP/1.1", Err(Refusal::Target));
        is("OPTIONS *a HTTP/1.1", Err(Refusal::Target));
        assert_eq!(check(b"GET /\xff HTTP/1.1", 100), Err(Refusal::Target));
        let target = format!("/{}", "a".repeat(100));
        is(&format!("GET {target} HTTP/1.1"), Err(Refusal::TargetTooLong));
    }

    #[test]
    fn lines_that_are_none() {
        for line in
            ["", "GET", "GET /", "GET  HTTP", "G\tT / HTTP/1.1", " / HTTP/1.1", "GET / http/1.1"]
        {
            is(line, Err(Refusal::Head));
        }
        is(&format!("{} / HTTP/1.1", "A".repeat(BESIDE_TARGET)), Err(Refusal::Head));
        is("GET / HTTP/1.2", Err(Refusal::Version));
        is("GET / HTTP/0.9", Err(Refusal::Version));
        is("GET / HTTP/1.1 HTTP/1.1", Err(Refusal::Target));
    }
}
