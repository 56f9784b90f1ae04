//! Lists pages for the sitemap.
//!
//! A page is one line: its URL, its date, and a language and a URL for each of its translations.

use std::fmt::Write as _;
use std::io::{Read, Seek};
use std::time::SystemTime;

use anyhow::{Context, Result};
use http::response::Parts;
use http::{HeaderMap, StatusCode, header};

use super::head::{self, Head};
use crate::build::output::content::Content;
use crate::build::report::diagnostic::PageRef;
use crate::build::state::Build;
use crate::routing::page_path::RoutePath;
use crate::routing::url::escaped;
use crate::site::Site;

/// The separator in a line. It is less than any character of a URL, so lines are sorted by URL.
pub(super) const SEPARATOR: char = '\t';

/// The start of a streamed page that is searched for its head.
const HEAD: u64 = 64 << 10;

/// Lists an HTML page, unless it is an error page, excluded, or not meant for search engines.
///
/// # Errors
///
/// Fails if the page or the list cannot be read or written.
pub(crate) fn add(
    build: &Build,
    place: &PageRef,
    path: &RoutePath,
    response: &Parts,
    content: &mut Content,
) -> Result<()> {
    let Some(urls) = &build.sitemap else { return Ok(()) };
    let url = place.naming.url(path);
    let is_page = response.status == StatusCode::OK && !place.source().pattern().is_error_page();
    if !is_page || !may_be_listed(build.site, &url, &response.headers) {
        return Ok(());
    }
    let head = read_head(content)?;
    let line = line_of(build.site, &url, &response.headers, &head);
    line.map_or(Ok(()), |line| urls.add(line))
}

/// The line of an HTML page with status 200 whose bytes are in memory; `None` if it is not listed.
pub(crate) fn line_of_bytes(
    site: &Site,
    url: &str,
    headers: &HeaderMap,
    page: &[u8],
) -> Option<String> {
    may_be_listed(site, url, headers)
        .then(|| Head::read(page))
        .and_then(|head| line_of(site, url, headers, &head))
}

/// The line of a page whose address and headers do not keep it from the list; `None` if its head does.
fn line_of(site: &Site, url: &str, headers: &HeaderMap, head: &Head) -> Option<String> {
    let date = last_modified(headers).unwrap_or_default();
    (!head.is_noindex).then(|| line(site.config.origin(), url, &date, head))
}

fn may_be_listed(site: &Site, url: &str, headers: &HeaderMap) -> bool {
    !is_excluded(site, url) && !forbids(headers)
}

fn line(origin: &str, url: &str, date: &str, head: &Head) -> String {
    let mut line = format!("{origin}{url}{SEPARATOR}{date}");
    for (language, href) in &head.alternates {
        // Sitemaps have absolute URLs. A link relative to the page leads search engines nowhere, in the page too.
        let origin = match href.starts_with('/') && !href.starts_with("//") {
            true => origin,
            false if href.starts_with("https://") || href.starts_with("http://") => "",
            false => continue,
        };
        let _ = write!(line, "{SEPARATOR}{language}{SEPARATOR}{origin}{}", escaped(href));
    }
    line
}

fn is_excluded(site: &Site, url: &str) -> bool {
    let sitemap = site.config.sitemap;
    sitemap.is_some_and(|sitemap| sitemap.exclude.iter().any(|pattern| pattern.matches(url)))
}

/// Returns true if and only if an `x-robots-tag` keeps any crawler from indexing the page.
fn forbids(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all("x-robots-tag").iter().filter_map(|value| value.to_str().ok());
    // A rule may be preceded by the crawler that it is for.
    let of_all = |rule: &str| head::is_noindex(rule.rsplit_once(':').map_or(rule, |(_, it)| it));
    values.any(|value| value.split(',').any(of_all))
}

/// Reads the head of a page.
fn read_head(content: &mut Content) -> Result<Head> {
    match content {
        Content::Bytes(bytes) => Ok(Head::read(bytes)),
        Content::Streamed(spool) => {
            let mut start = Vec::new();
            (&spool.file)
                .take(HEAD)
                .read_to_end(&mut start)
                .and_then(|_| spool.file.rewind())
                .context("cannot read the streamed body again")?;
            Ok(Head::read(&start))
        }
    }
}

/// The date of `last-modified`, as sitemaps write it: `2026-11-27T10:00:00Z`.
fn last_modified(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::LAST_MODIFIED)?.to_str().ok()?;
    let time: SystemTime = httpdate::parse_http_date(text).ok()?;
    // Its fixed form is `Fri, 27 Nov 2026 10:00:00 GMT`, whatever form the page wrote.
    let fixed = httpdate::fmt_http_date(time);
    let [_, day, month, year, clock, _] = fixed.split(' ').collect::<Vec<_>>()[..] else {
        return None;
    };
    let months =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|name| *name == month)? + 1;
    Some(format!("{year}-{month:02}-{day}T{clock}Z"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn dates_are_written_as_sitemaps_have_them() {
        for (header, expected) in [
            ("Fri, 27 Nov 2026 10:00:00 GMT", Some("2026-11-27T10:00:00Z")),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
            ("Sun Nov  6 08:49:37 1994", Some("1994-11-06T08:49:37Z")),
            ("2026-11-27", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::LAST_MODIFIED, HeaderValue::from_static(header));
            assert_eq!(last_modified(&headers).as_deref(), expected, "{header}");
        }
        assert_eq!(last_modified(&HeaderMap::new()), None);
    }

    #[test]
    fn translations_have_absolute_urls() {
        for (href, expected) in [
            ("https://c.d/x y", "https://a.b/x\t\tde\thttps://c.d/x%20y"),
            ("/de/\u{e9}", "https://a.b/x\t\tde\thttps://a.b/de/%C3%A9"),
            ("//c.d/de", "https://a.b/x\t"),
            ("de", "https://a.b/x\t"),
        ] {
            let head = Head { alternates: vec![("de".into(), href.into())], ..Head::default() };
            assert_eq!(line("https://a.b", "/x", "", &head), expected, "{href}");
        }
    }

    #[test]
    fn a_header_keeps_crawlers_away() {
        for (values, expected) in [
            (&["noindex"][..], true),
            (&["noindex, nofollow"], true),
            (&["none"], true),
            (&["NOINDEX"], true),
            (&["googlebot: noindex"], true),
            (&["nofollow", "noindex"], true),
            (&["all"], false),
            (&["nofollow"], false),
            (&["noindex, unavailable_after: 25 Jun 2030 15:00:00 PST"], true),
            (&["unavailable_after: 25 Jun 2030 15:00:00 PST"], false),
            (&[], false),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("x-robots-tag", HeaderValue::from_static(value));
            }
            assert_eq!(forbids(&headers), expected, "{values:?}");
        }
    }
}
