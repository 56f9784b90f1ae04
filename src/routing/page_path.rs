//! The path of a page: a pattern filled with params and validated once. It is safe as a file name and as a URL.

use anyhow::{Result, bail};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::config::{Config, TrailingSlash};
use crate::routing::params::RawParams;
use crate::routing::pattern::{Part, Pattern};
use crate::routing::url::{is_unescaped, push_encoded};

/// The longest path of a page, in bytes.
pub(crate) const MAX_PATH: usize = 1024;
/// The longest segment of a path, in bytes: the longest name on common file systems.
const MAX_SEGMENT: usize = 255;

/// The path of a page: decoded, NFC-normalised segments, joined with `/`, without a leading or trailing slash.
///
/// No segment is empty, `.` or `..`, or longer than 255 bytes, and none contains a slash, a backslash or a control
/// character, so it is safe as a file name in a folder. Pages and requests share this type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoutePath(String);

impl RoutePath {
    /// Fills a pattern with params.
    ///
    /// # Errors
    ///
    /// Fails if a param is missing, does not belong to the pattern, or has a value that a path cannot contain.
    pub(crate) fn new(pattern: &Pattern, params: &RawParams) -> Result<Self> {
        // Nearly all lists of params are in the order of the pattern.
        if !pattern.params().eq(params.iter().map(|(name, _)| name)) {
            check_names(pattern, params)?;
        }
        let mut path = String::with_capacity(64);
        for segment in pattern.segments {
            fill(&mut path, segment, params)?;
        }
        check_lengths(&path)?;
        Ok(RoutePath(path))
    }

    /// The path of a request from its validated segments, joined with `/`; `None` if it is too long for any page.
    pub(crate) fn of_segments(segments: &str) -> Option<Self> {
        RoutePath::try_from_segments(segments.to_owned()).ok()
    }

    /// The same for segments that are not borrowed.
    ///
    /// # Errors
    ///
    /// Gives the segments back if they are too long for any page.
    pub(crate) fn try_from_segments(segments: String) -> Result<Self, String> {
        match check_lengths(&segments) {
            Ok(()) => Ok(RoutePath(segments)),
            Err(_) => Err(segments),
        }
    }

    #[cfg(feature = "check")]
    pub(crate) fn into_string(self) -> String {
        self.0
    }

    /// The segments, joined with `/`; empty for the root.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The decoded path with a leading slash and without the base.
    pub(crate) fn display(&self) -> String {
        format!("/{}", self.0)
    }

    /// The decoded path with the trailing slash of the canonical URL.
    pub(crate) fn pathname(&self, pattern: &Pattern, config: &Config) -> String {
        let mut pathname = String::with_capacity(self.0.len() + 2);
        pathname.push('/');
        pathname.push_str(&self.0);
        if self.ends_in_slash(pattern, config) && !self.0.is_empty() {
            pathname.push('/');
        }
        pathname
    }

    /// The canonical URL path: with the base, percent-encoded, and with a trailing slash if the settings ask for one.
    pub(crate) fn url(&self, pattern: &Pattern, config: &Config) -> String {
        self.url_below("", pattern, config)
    }

    /// The canonical URL with an origin.
    pub(crate) fn url_below(&self, origin: &str, pattern: &Pattern, config: &Config) -> String {
        let base = config.base;
        let mut url = String::with_capacity(origin.len() + base.len() + self.0.len() + 2);
        url.push_str(origin);
        url.push_str(base);
        url.push_str(if self.0.is_empty() { "" } else { "/" });
        push_encoded(&mut url, &self.0);
        if self.ends_in_slash(pattern, config) {
            url.push('/');
        }
        url
    }

    /// Returns true if and only if the URL path of the request that this path was parsed from is the canonical one, and has no
    /// escapes. Such a path is its own encoding, and one with an escape is longer than what it decodes to.
    #[inline]
    pub(crate) fn is_url(&self, url_path: &str, pattern: &Pattern, config: &Config) -> bool {
        let slash = if self.ends_in_slash(pattern, config) { "/" } else { "" };
        let below = url_path.strip_prefix(config.base);
        let rest = match self.0.as_str() {
            "" => below,
            path => below.and_then(|below| below.strip_prefix('/')?.strip_prefix(path)),
        };
        rest == Some(slash)
    }

    /// The URL path of a file with exactly this path.
    #[cfg(feature = "content")]
    pub(crate) fn file_url(&self, base: &str) -> String {
        let mut url = format!("{base}/");
        push_encoded(&mut url, &self.0);
        url
    }

    /// Returns true if and only if the canonical URL ends in a slash.
    pub(crate) fn ends_in_slash(&self, pattern: &Pattern, config: &Config) -> bool {
        let Config { base, trailing_slash, .. } = config;
        if self.0.is_empty() {
            return base.is_empty() || *trailing_slash != TrailingSlash::Never;
        }
        *trailing_slash == TrailingSlash::Always && !pattern.has_known_extension()
    }
}

/// Checks that each param belongs to a pattern, and is given once.
fn check_names(pattern: &Pattern, params: &RawParams) -> Result<()> {
    for (at, (name, _)) in params.iter().enumerate() {
        if !pattern.params().any(|param| param == name) {
            bail!("`{pattern}` has no param `{name}`");
        }
        if params.iter().take(at).any(|(earlier, _)| earlier == name) {
            bail!("the param `{name}` is given twice");
        }
    }
    Ok(())
}

/// Fills a segment and appends it, after a slash if it is not the first.
fn fill(path: &mut String, segment: &[Part], params: &RawParams) -> Result<()> {
    let end = path.len();
    path.push_str(if end > 0 { "/" } else { "" });
    let start = path.len();
    let mut last = None;
    let mut is_ascii = true;
    for part in segment {
        match part {
            Part::Text(text) => {
                is_ascii &= text.is_ascii();
                path.push_str(text);
            }
            Part::Param(name) | Part::Rest(name) => {
                let value = value(part, name, params, segment.len() > 1)?;
                match value.is_ascii() {
                    true => path.push_str(value),
                    false => {
                        is_ascii = false;
                        path.extend(value.nfc());
                    }
                }
                last = Some((name, value));
            }
        }
        // A character must not combine parts, or the path could not be matched again.
        if let Some((name, value)) = last
            && !is_ascii
            && !is_nfc(&path[start..])
        {
            bail!(
                "the param `{name}` = {value:?} combines with the text beside it into one character"
            );
        }
    }
    if path.len() == start {
        path.truncate(end);
    }
    Ok(())
}

/// The validated value of a param. It is only empty for a rest param that is a whole segment.
fn value<'a>(part: &Part, name: &str, params: &'a RawParams, is_mixed: bool) -> Result<&'a str> {
    let value = params.get(name);
    if matches!(part, Part::Param(_)) {
        let Some(value) = value else { bail!("the param `{name}` is missing") };
        check_segment(name, value)?;
        return Ok(value);
    }
    let value = value.unwrap_or_default();
    if value.is_empty() {
        if is_mixed {
            bail!("the rest param `{name}` is empty, and its segment has other text");
        }
        return Ok(value);
    }
    value.split('/').try_for_each(|segment| check_segment(name, segment))?;
    Ok(value)
}

fn check_lengths(path: &str) -> Result<()> {
    // No segment is longer than the path.
    if path.len() <= MAX_SEGMENT {
        return Ok(());
    }
    if let Some(segment) = path.split('/').find(|segment| segment.len() > MAX_SEGMENT) {
        bail!("the segment `{segment}` is longer than {MAX_SEGMENT} bytes");
    }
    // The leading slash counts, too, but is not stored.
    if path.len() >= MAX_PATH {
        bail!("the path is longer than {MAX_PATH} bytes");
    }
    Ok(())
}

fn check_segment(name: &str, value: &str) -> Result<()> {
    // The fast path for most values.
    let is_plain = |byte: u8| is_unescaped(byte) && byte != b'.';
    if (1..=MAX_SEGMENT).contains(&value.len()) && value.bytes().all(is_plain) {
        return Ok(());
    }
    let what = match value {
        "" => "is empty",
        "." | ".." => "would lead to another folder",
        _ if value.len() > MAX_SEGMENT => "is longer than 255 bytes",
        _ if value.contains('/') => "contains a `/`, which only a rest param can",
        _ if value.contains('\\') => "contains a `\\`",
        _ if value.contains(char::is_control) => "contains a control character",
        _ => return Ok(()),
    };
    bail!("the param `{name}` = {value:?} {what}")
}

#[cfg(test)]
mod tests;
