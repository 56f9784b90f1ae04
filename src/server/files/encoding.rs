//! Chooses the compressed variant of a file for a request.

use http::{HeaderMap, header};

use crate::config::Encoding;

/// From the smallest files to the largest.
pub(super) const BY_SIZE: [Encoding; 3] = [Encoding::Brotli, Encoding::Zstd, Encoding::Gzip];

/// The weights of `Accept-Encoding`, in thousandths.
///
/// If an encoding is repeated, the first weight counts.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Accepted {
    /// In the order of [`BY_SIZE`].
    variants: [Option<u16>; 3],
    identity: Option<u16>,
    /// The weight of `*`.
    others: Option<u16>,
}

impl Accepted {
    /// Reads the headers of a request, and ignores malformed elements.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut accepted = Accepted::default();
        for value in headers.get_all(header::ACCEPT_ENCODING) {
            let Ok(text) = value.to_str() else { continue };
            for element in text.split(',') {
                if let Some((name, weight)) = read(element) {
                    accepted.add(name, weight);
                }
            }
        }
        accepted
    }

    fn add(&mut self, name: &str, weight: u16) {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        let named = |encoding: Encoding| {
            is(encoding.name()) || (encoding == Encoding::Gzip && is("x-gzip"))
        };
        let place = match BY_SIZE.into_iter().position(named) {
            Some(at) => &mut self.variants[at],
            None if is("identity") => &mut self.identity,
            None if name == "*" => &mut self.others,
            None => return,
        };
        place.get_or_insert(weight);
    }

    /// The available variant with the greatest weight, and of several such the smallest; `None` for the file itself.
    ///
    /// The file itself is also sent if the request accepts nothing that is available: that is better than an error.
    pub(super) fn choose(&self, is_there: impl Fn(Encoding) -> bool) -> Option<Encoding> {
        let mut best = None;
        // Without a weight of its own, the file itself comes after every variant that is accepted.
        let mut most = self.identity.unwrap_or(0).max(1);
        for (encoding, named) in BY_SIZE.into_iter().zip(self.variants) {
            let weight = named.or(self.others).unwrap_or(0);
            let is_better = weight > most || (weight == most && best.is_none());
            if is_better && is_there(encoding) {
                (best, most) = (Some(encoding), weight);
            }
        }
        best
    }
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
        Accepted::of(&headers).choose(|encoding| there.contains(&encoding))
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
        assert_eq!(Accepted::of(&headers).choose(|_| true), None);
        headers.append(header::ACCEPT_ENCODING, HeaderValue::from_static("deflate"));
        headers.append(header::ACCEPT_ENCODING, HeaderValue::from_bytes(b"\xff").expect("bytes"));
        let many = "x;q=0.1,".repeat(9_000) + "gzip";
        headers.append(header::ACCEPT_ENCODING, HeaderValue::from_str(&many).expect("a value"));
        assert_eq!(Accepted::of(&headers).choose(|_| true), Some(Gzip));
    }
}
