//! What `check` reads, for the fuzz targets of `fuzz/`.

use crate::build::check::html::Html;
use crate::build::check::link::{Base, Target};
use crate::config::Config;

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
