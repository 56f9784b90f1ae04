//! Chooses the compressed variant of a file for a request.

use http::{HeaderMap, header};

use crate::config::Encoding;

/// From the smallest files to the largest.
const BY_SIZE: [Encoding; 3] = [Encoding::Brotli, Encoding::Zstd, Encoding::Gzip];

/// The available variant with the greatest weight in `Accept-Encoding`, and of several such the smallest; `None` for the file itself.
///
/// The file itself is also sent if the request accepts nothing that is available: that is better than an error. Malformed elements are
/// ignored. If an encoding is repeated, the first weight counts.
pub(super) fn choose(headers: &HeaderMap, is_there: impl Fn(Encoding) -> bool) -> Option<Encoding> {
    let weight = |is_it: &dyn Fn(&str) -> bool| {
        let lists = headers.get_all(header::ACCEPT_ENCODING).iter();
        let elements = lists.filter_map(|list| list.to_str().ok()).flat_map(|list| list.split(','));
        elements.filter_map(read).find(|(name, _)| is_it(name)).map(|(_, weight)| weight)
    };
    let mut best = None;
    // Without a weight of its own, the file itself comes after every variant that is accepted.
    let mut most = weight(&|name| name.eq_ignore_ascii_case("identity")).unwrap_or(0).max(1);
    for encoding in BY_SIZE.into_iter().filter(|encoding| is_there(*encoding)) {
        let named = weight(&|name| is_name_of(encoding, name));
        // The weight of `*` is that of all others.
        let weight = named.or_else(|| weight(&|name| name == "*")).unwrap_or(0);
        if weight > most || (weight == most && best.is_none()) {
            (best, most) = (Some(encoding), weight);
        }
    }
    best
}

fn is_name_of(encoding: Encoding, name: &str) -> bool {
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    is(encoding.name()) || (encoding == Encoding::Gzip && is("x-gzip"))
}

/// A name and its weight; `None` for a malformed weight.
fn read(element: &str) -> Option<(&str, u16)> {
    let Some((name, parameter)) = element.split_once(';') else {
        return Some((element.trim(), 1000));
    };
    let (q, weight) = parameter.split_once('=')?;
    q.trim().eq_ignore_ascii_case("q").then(|| Some((name.trim(), thousandths(weight.trim())?)))?
}

/// Reads `0`, `0.5` or `1.000`; `None` for an invalid weight.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let decimals = format!("{decimals:0<3}").parse().ok()?;
    match (whole, decimals) {
        ("0", decimals) => Some(decimals),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use http::HeaderValue;

    use Encoding::{Brotli, Gzip, Zstd};

    fn chosen(value: &str, there: &[Encoding]) -> Option<Encoding> {
        let value = HeaderValue::from_str(value).expect("a value");
        let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, value)]);
        choose(&headers, |encoding| there.contains(&encoding))
    }

    #[test]
    fn the_variant_that_is_taken_most_gladly_is_sent() {
        for (value, expected) in [
            ("gzip", Some(Gzip)),
            ("gzip, br", Some(Brotli)),
            ("gzip, deflate, br, zstd", Some(Brotli)),
            ("gzip, zstd", Some(Zstd)),
            ("GZip;Q=0.5", Some(Gzip)),
            ("x-gzip", Some(Gzip)),
            ("gzip;q=1.0, br;q=0.9", Some(Gzip)),
            ("gzip ; q = 0.8 , br;q=0.801", Some(Brotli)),
            ("br;q=0.001", Some(Brotli)),
            ("br;q=0, gzip", Some(Gzip)),
            ("br;q=0.000, gzip;q=0", None),
            ("*", Some(Brotli)),
            ("*, br;q=0", Some(Zstd)),
            ("*;q=0.1, gzip", Some(Gzip)),
            ("*;q=0", None),
            ("br, *;q=0", Some(Brotli)),
            ("identity", None),
            ("identity;q=0", None),
            ("identity;q=0, *", Some(Brotli)),
            ("identity;q=0, gzip;q=0.1", Some(Gzip)),
            ("identity, gzip;q=0.5", None),
            ("identity;q=0.5, gzip;q=0.5", Some(Gzip)),
            ("identity;q=0.4, gzip;q=0.5", Some(Gzip)),
            ("deflate, compress", None),
            ("", None),
            (",,;,=", None),
            ("br;q=2, gzip", Some(Gzip)),
            ("br;q=1.001, gzip", Some(Gzip)),
            ("br;q=0.1234, gzip", Some(Gzip)),
            ("br;q=-1, gzip", Some(Gzip)),
            ("br;q=, gzip", Some(Gzip)),
            ("br;level=9, gzip", Some(Gzip)),
            ("br;q=0, br", None),
            ("brotli", None),
        ] {
            assert_eq!(chosen(value, &[Gzip, Brotli, Zstd]), expected, "{value}");
        }
    }

    #[test]
    fn only_what_is_there_is_sent() {
        for (value, there, expected) in [
            ("br, gzip", &[Gzip][..], Some(Gzip)),
            ("br, gzip", &[Zstd], None),
            ("br;q=0.9, gzip;q=0.1", &[Gzip], Some(Gzip)),
            ("*", &[], None),
            ("identity;q=0", &[], None),
        ] {
            assert_eq!(chosen(value, there), expected, "{value} {there:?}");
        }
    }

    #[test]
    fn several_lines_are_one_list_however_long() {
        let mut headers = HeaderMap::new();
        assert_eq!(choose(&headers, |_| true), None);
        headers.append(header::ACCEPT_ENCODING, HeaderValue::from_static("deflate"));
        headers.append(header::ACCEPT_ENCODING, HeaderValue::from_bytes(b"\xff").expect("bytes"));
        let many = "x;q=0.1,".repeat(9_000) + "gzip";
        headers.append(header::ACCEPT_ENCODING, HeaderValue::from_str(&many).expect("a value"));
        assert_eq!(choose(&headers, |_| true), Some(Gzip));
    }
}
