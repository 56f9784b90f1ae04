//! A path of a route: its pattern filled with params, checked once, as file names and as a URL.

use anyhow::{Result, bail};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::config::{Config, TrailingSlash};
use crate::params::RawParams;
use crate::route::{Part, Route};

/// The longest path of a page, in bytes.
const MAX_PATH: usize = 1024;
/// The longest segment of a path, in bytes: what common file systems take as a name.
const MAX_SEGMENT: usize = 255;

/// What stands unescaped in a segment of a URL: RFC 3986's `pchar`.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
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

/// The path of one page: decoded, NFC-normalised segments, joined with `/` and without one at either end.
///
/// No segment is empty, `.` or `..`, and none holds a slash, a backslash or a control character; so it is
/// safe as a file name below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoutePath(String);

impl RoutePath {
    /// Fills the pattern of a route.
    ///
    /// # Errors
    ///
    /// A param that is missing, one that the route does not have, and a value that cannot stand in a path.
    pub(crate) fn new(route: &Route, params: &RawParams) -> Result<Self> {
        for (name, _) in params.iter() {
            if !route.params().any(|param| param == name) {
                bail!("`{}` has no param `{name}`", route.pattern);
            }
        }
        let mut path = String::new();
        for segment in route.segments {
            fill(&mut path, segment, params)?;
        }
        let path = match is_nfc_quick(path.chars()) {
            IsNormalized::Yes => path,
            _ => path.nfc().collect(),
        };
        if let Some(segment) = path.split('/').find(|segment| segment.len() > MAX_SEGMENT) {
            bail!("the segment `{segment}` is longer than {MAX_SEGMENT} bytes");
        }
        if path.len() >= MAX_PATH {
            bail!("the path is longer than {MAX_PATH} bytes");
        }
        Ok(RoutePath(path))
    }

    /// The segments, joined with `/`; empty for the root.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The path that people read: decoded, with a leading slash and without base.
    pub(crate) fn display(&self) -> String {
        format!("/{}", self.0)
    }

    /// The canonical URL path: with base, trailing slash and percent-encoding as the site is set.
    pub(crate) fn url(&self, route: &Route) -> String {
        let Config { base, trailing_slash, .. } = route.config;
        if self.0.is_empty() {
            return match trailing_slash {
                TrailingSlash::Never if !base.is_empty() => (*base).to_owned(),
                _ => format!("{base}/"),
            };
        }
        let mut url = String::with_capacity(base.len() + self.0.len() + 2);
        url.push_str(base);
        for segment in self.0.split('/') {
            url.push('/');
            url.extend(utf8_percent_encode(segment, ESCAPED));
        }
        if *trailing_slash == TrailingSlash::Always && !route.has_known_extension() {
            url.push('/');
        }
        url
    }
}

/// Appends a filled segment, with a slash before it where need be.
fn fill(path: &mut String, segment: &[Part], params: &RawParams) -> Result<()> {
    let start = path.len();
    for part in segment {
        match part {
            Part::Text(text) => path.push_str(text),
            Part::Param(name) => match params.get(name) {
                Some(value) => {
                    check_segment(name, value)?;
                    path.push_str(value);
                }
                None => bail!("the param `{name}` is missing"),
            },
            Part::Rest(name) => {
                let value = params.get(name).unwrap_or_default();
                if !value.is_empty() {
                    value.split('/').try_for_each(|segment| check_segment(name, segment))?;
                } else if segment.len() > 1 {
                    bail!("the rest param `{name}` is empty, and its segment has other text");
                }
                path.push_str(value);
            }
        }
    }
    if path.len() > start && start > 0 {
        path.insert(start, '/');
    }
    Ok(())
}

fn check_segment(name: &str, value: &str) -> Result<()> {
    let what = match value {
        "" => "is empty",
        "." | ".." => "would lead to another folder",
        _ if value.len() > MAX_SEGMENT => "is longer than 255 bytes",
        _ if value.contains('/') => "holds a `/`, which only a rest param can",
        _ if value.contains('\\') => "holds a `\\`",
        _ if value.contains(char::is_control) => "holds a control character",
        _ => return Ok(()),
    };
    bail!("the param `{name}` = {value:?} {what}")
}
