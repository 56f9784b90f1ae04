//! What `check` and the server parse themselves, for the fuzz targets of `fuzz/`: hyper parses the rest of a request.

use http::{HeaderMap, HeaderValue, header};

use crate::build::check::html::Html;
use crate::build::check::link::{Base, Target};
use crate::config::Config;
use crate::request::authority::Authority;
use crate::request::range::{self, Part};

/// The links of a page, each with the path that it leads to on this site, decoded and without the base.
///
/// The site is `https://example.com`, with the base `/docs`.
pub fn links(mut page: &[u8]) -> Vec<(String, Option<String>)> {
    const CONFIG: Config =
        Config { site: Some("https://example.com"), base: "/docs", ..Config::DEFAULT };
    let Ok(html) = Html::read(&mut page) else { return Vec::new() };
    let mut buffer = String::new();
    let mut base = Base::of_page(&CONFIG, "/docs/a/b/");
    if let Some(href) = &html.base {
        base = base.with(href, &mut buffer);
    }
    let path = |link: &String| match base.target(link) {
        Target::Path(target) => Some(target.path),
        Target::Elsewhere | Target::NoPage(_) => None,
    };
    html.links.iter().map(|link| (link.clone(), path(link))).collect()
}

/// Parses a host with an optional port, and displays it.
pub fn authority(text: &str) -> Option<String> {
    text.parse::<Authority>().ok().map(|authority| authority.to_string())
}

/// The first and the last byte that a `Range` header selects of a file with `length` bytes, where it selects a part.
pub fn range(value: &[u8], length: u64) -> Option<(u64, u64)> {
    let value = HeaderValue::from_bytes(value).ok()?;
    match range::asked(&HeaderMap::from_iter([(header::RANGE, value)]), length) {
        Part::Range(first, last) => Some((first, last)),
        Part::Whole | Part::Unsatisfiable => None,
    }
}
