//! Sitemaps that a page writes by hand.
//!
//! `sitemap = true` in kiln.toml lists the pages of the site without any code. This module is for URLs that kiln does
//! not know, such as pages rendered on request, and for images.

use std::fmt::Display;

use axum::response::{IntoResponse, Response};

use super::xml::XmlWriter;
use crate::page::response::Xml;
use crate::routing::url;

/// A sitemap, as a response with the content type `application/xml`.
///
/// A sitemap may list 50,000 URLs in at most 50 MB: the [protocol](https://www.sitemaps.org/protocol.html) asks for
/// several files and an index beyond that.
///
/// # Example
///
/// ```
/// // src/pages/sitemap.xml.rs
/// use kiln::prelude::*;
/// use kiln::sitemap::{Sitemap, Url};
///
/// pub fn get() -> impl IntoResponse {
///     Sitemap::new([
///         Url::new("https://example.com/").changefreq("weekly").priority(1.0),
///         Url::new("https://example.com/about").lastmod("2026-11-27"),
///     ])
/// }
/// ```
#[derive(Debug, Clone)]
#[must_use = "needs to be returned from an endpoint to be useful"]
pub struct Sitemap {
    urls: Vec<Url>,
}

impl Sitemap {
    /// Creates a sitemap of URLs, which are listed in this order.
    pub fn new(urls: impl IntoIterator<Item = Url>) -> Self {
        Sitemap { urls: urls.into_iter().collect() }
    }

    fn document(&self) -> String {
        let mut xml = XmlWriter::new();
        xml.open(
            "urlset",
            &[
                ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9"),
                ("xmlns:image", "http://www.google.com/schemas/sitemap-image/1.1"),
                ("xmlns:xhtml", "http://www.w3.org/1999/xhtml"),
            ],
        );
        xml.line();
        for url in &self.urls {
            url.write(&mut xml);
        }
        xml.close("urlset");
        xml.line();
        xml.finish()
    }
}

impl IntoResponse for Sitemap {
    fn into_response(self) -> Response {
        Xml(self.document()).into_response()
    }
}

/// A URL in a sitemap. Characters that a URL cannot contain are percent-encoded; existing escapes are kept.
#[derive(Debug, Clone)]
#[must_use = "needs to be in a sitemap to be useful"]
pub struct Url {
    loc: String,
    lastmod: Option<String>,
    changefreq: Option<String>,
    priority: Option<f32>,
    alternates: Vec<(String, String)>,
    images: Vec<String>,
}

impl Url {
    /// Creates an entry for an absolute URL.
    pub fn new(loc: impl AsRef<str>) -> Self {
        Url {
            loc: url::escaped(loc.as_ref()),
            lastmod: None,
            changefreq: None,
            priority: None,
            alternates: vec![],
            images: vec![],
        }
    }

    /// Sets when the page last changed: a day such as `2026-11-27`, or a time in RFC 3339.
    pub fn lastmod(self, lastmod: impl Display) -> Self {
        Url { lastmod: Some(lastmod.to_string()), ..self }
    }

    /// Sets how often the page changes: `always`, `hourly`, `daily`, `weekly`, `monthly`, `yearly` or `never`.
    pub fn changefreq(self, changefreq: impl Into<String>) -> Self {
        Url { changefreq: Some(changefreq.into()), ..self }
    }

    /// Sets how important the page is in relation to others of the site, from 0 to 1. The default is 0.5. Numbers outside
    /// of the range are replaced by its nearest end.
    pub fn priority(self, priority: f32) -> Self {
        Url { priority: Some(priority.clamp(0.0, 1.0)).filter(|it| !it.is_nan()), ..self }
    }

    /// Adds the URL of the page in another language, such as `de` or `x-default`. Search engines expect each page to list
    /// all of its languages, including its own.
    pub fn alternate(mut self, language: impl Into<String>, href: impl AsRef<str>) -> Self {
        self.alternates.push((language.into(), url::escaped(href.as_ref())));
        self
    }

    /// Adds the URL of an image on the page.
    pub fn image(mut self, href: impl AsRef<str>) -> Self {
        self.images.push(url::escaped(href.as_ref()));
        self
    }

    /// Writes the entry. The schema prescribes the order.
    fn write(&self, xml: &mut XmlWriter) {
        xml.open("url", &[]);
        xml.element("loc", &self.loc);
        if let Some(lastmod) = &self.lastmod {
            xml.element("lastmod", lastmod);
        }
        if let Some(changefreq) = &self.changefreq {
            xml.element("changefreq", changefreq);
        }
        if let Some(priority) = self.priority {
            xml.element("priority", format_args!("{priority:.1}"));
        }
        for (language, href) in &self.alternates {
            let attributes = [("rel", "alternate"), ("hreflang", language), ("href", href)];
            xml.empty("xhtml:link", &attributes);
        }
        for href in &self.images {
            xml.open("image:image", &[]);
            xml.element("image:loc", href);
            xml.close("image:image");
        }
        xml.close("url");
        xml.line();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_written_in_the_order_of_the_schema() {
        let url = Url::new("https://example.com/a b/\u{e9}?x=1&y=%20")
            .image("https://example.com/<cat>.jpg")
            .alternate("de", "https://example.com/de")
            .priority(0.75)
            .changefreq("weekly")
            .lastmod("2026-11-27");
        let document = Sitemap::new([url, Url::new("https://example.com/")]).document();
        let lines: Vec<&str> = document.lines().collect();
        assert_eq!(lines.len(), 5, "{document}");
        assert_eq!(
            lines[2],
            "<url><loc>https://example.com/a%20b/%C3%A9?x=1&amp;y=%20</loc><lastmod>2026-11-27</lastmod>\
             <changefreq>weekly</changefreq><priority>0.8</priority>\
             <xhtml:link rel=\"alternate\" hreflang=\"de\" href=\"https://example.com/de\"/>\
             <image:image><image:loc>https://example.com/%3Ccat%3E.jpg</image:loc></image:image></url>"
        );
        assert_eq!(lines[3], "<url><loc>https://example.com/</loc></url>");
        assert_eq!(lines[4], "</urlset>");
    }

    #[test]
    fn priorities_are_in_their_range() {
        for (priority, expected) in [(-1.0, "0.0"), (0.0, "0.0"), (0.55, "0.6"), (2.0, "1.0")] {
            let document = Sitemap::new([Url::new("https://a.b/").priority(priority)]).document();
            assert!(document.contains(&format!("<priority>{expected}<")), "{document}");
        }
        let document = Sitemap::new([Url::new("https://a.b/").priority(f32::NAN)]).document();
        assert!(!document.contains("priority"), "{document}");
    }
}
