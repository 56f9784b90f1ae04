//! The `Cookie` headers of a request.

use std::borrow::Cow;

use http::HeaderValue;
use percent_encoding::percent_decode;

/// The decoded value of the first cookie with this name.
pub(super) fn value(headers: &[HeaderValue], name: &str) -> Option<String> {
    // HTTP/2 may have a header for each cookie, HTTP/1 has one for all.
    for header in headers {
        for (known, value) in pairs(header) {
            if known == name.as_bytes() {
                return Some(decoded(value));
            }
        }
    }
    None
}

pub(super) fn names(headers: &[HeaderValue]) -> Vec<Cow<'_, str>> {
    let mut names = Vec::new();
    for header in headers {
        for (name, _) in pairs(header) {
            names.push(String::from_utf8_lossy(name));
        }
    }
    names
}

/// The names and values as they were sent.
fn pairs(header: &HeaderValue) -> impl Iterator<Item = (&[u8], &[u8])> {
    header.as_bytes().split(|&byte| byte == b';').filter_map(|pair| {
        let equals = pair.iter().position(|&byte| byte == b'=')?;
        Some((pair[..equals].trim_ascii(), pair[equals + 1..].trim_ascii()))
    })
}

/// Decodes a value like `decodeURIComponent`: if a part of it is invalid, nothing is decoded.
fn decoded(value: &[u8]) -> String {
    let mut escapes = value.split(|&byte| byte == b'%').skip(1);
    let is_escape =
        |escape: &[u8]| escape.len() >= 2 && escape[..2].iter().all(u8::is_ascii_hexdigit);
    let decoded = match escapes.all(is_escape) {
        true => percent_decode(value).decode_utf8().ok(),
        false => None,
    };
    decoded.unwrap_or_else(|| String::from_utf8_lossy(value)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_browsers_send_them() {
        let cases: [(&[&str], &str, Option<&str>); 19] = [
            (&["a=1; b=2"], "b", Some("2")),
            (&["a=1", "b=2"], "b", Some("2")),
            (&["a=1;b=2;"], "b", Some("2")),
            (&["a=1; a=2"], "a", Some("1")),
            (&["a=1", "a=2"], "a", Some("1")),
            (&["a=b=c"], "a", Some("b=c")),
            (&["a="], "a", Some("")),
            (&["a"], "a", None),
            (&["a; b=2"], "b", Some("2")),
            (&["a; b=2"], "a", None),
            (&["=1; b=2"], "b", Some("2")),
            (&["  a \t=\t 1  "], "a", Some("1")),
            (&["A=1"], "a", None),
            (&["a=%41%20b"], "a", Some("A b")),
            (&["a=%41%"], "a", Some("%41%")),
            (&["a=%zz"], "a", Some("%zz")),
            (&["a=%ff"], "a", Some("%ff")),
            (&["a=\"1\""], "a", Some("\"1\"")),
            (&[";;;= ;=;a=1"], "a", Some("1")),
        ];
        for (headers, name, expected) in cases {
            let headers: Vec<HeaderValue> =
                headers.iter().map(|header| HeaderValue::from_static(header)).collect();
            assert_eq!(value(&headers, name).as_deref(), expected, "{headers:?} {name}");
        }
    }

    #[test]
    fn invalid_utf_8_is_replaced() {
        let header = HeaderValue::from_bytes(b"a=\xff\xfe; \xff=1; b=%41\xc3\xbc; c=3").unwrap();
        let headers = [header];
        assert_eq!(value(&headers, "a").as_deref(), Some("\u{fffd}\u{fffd}"));
        assert_eq!(value(&headers, "b").as_deref(), Some("Aü"));
        assert_eq!(value(&headers, "c").as_deref(), Some("3"));
        assert_eq!(names(&headers), ["a", "\u{fffd}", "b", "c"]);
    }

    #[test]
    fn thousands_of_pairs_are_read() {
        let pairs: Vec<String> = (0..10_000).map(|at| format!("name{at}=%f{at}")).collect();
        let headers = [HeaderValue::try_from(pairs.join("; ")).unwrap()];
        assert_eq!(value(&headers, "name9999").as_deref(), Some("%f9999"));
        assert_eq!(names(&headers).len(), 10_000);
    }
}
