//! RSS 2.0, as the [RSS Advisory Board](https://www.rssboard.org/rss-specification) defines it.

use anyhow::Result;
use kiln_content::Date;

use super::{Feed, Item};
use crate::site_files::xml::XmlWriter;

pub(super) fn document(feed: &Feed) -> Result<String> {
    let url = feed.url()?;
    let updated = feed.last_update()?;
    let mut xml = XmlWriter::new();
    xml.open(
        "rss",
        &[
            ("version", "2.0"),
            ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ],
    );
    xml.line();
    xml.open("channel", &[]);
    xml.element("title", &feed.title);
    xml.element("link", &url);
    // The element is required.
    xml.element("description", feed.description.as_ref().unwrap_or(&feed.title));
    if let Some(language) = &feed.language {
        xml.element("language", language);
    }
    if let Some(updated) = updated {
        xml.element("lastBuildDate", rfc822(&updated));
    }
    xml.line();
    for item in &feed.items {
        write(&mut xml, feed, item)?;
    }
    xml.close("channel");
    xml.close("rss");
    xml.line();
    Ok(xml.finish())
}

fn write(xml: &mut XmlWriter, feed: &Feed, item: &Item) -> Result<()> {
    let url = item.url()?;
    xml.open("item", &[]);
    xml.element("title", &item.title);
    xml.element("link", &url);
    xml.element_with("guid", &[("isPermaLink", "true")], &url);
    if let Some(published) = item.published.or(item.updated) {
        xml.element("pubDate", rfc822(&published));
    }
    // The element `author` of RSS is an email address; readers know this one for names.
    if let Some(author) = item.author.as_ref().or(feed.author.as_ref()) {
        xml.element("dc:creator", author);
    }
    for category in &item.categories {
        xml.element("category", category);
    }
    if let Some(enclosure) = item.enclosures()?.first() {
        let length = enclosure.length.to_string();
        let attributes =
            [("url", enclosure.url.as_str()), ("length", &length), ("type", &enclosure.media_type)];
        xml.empty("enclosure", &attributes);
    }
    if let Some(summary) = &item.summary {
        xml.element("description", summary);
    }
    if let Some(html) = &item.content_html {
        xml.element("content:encoded", html);
    }
    xml.close("item");
    xml.line();
    Ok(())
}

/// A date as RSS writes it, with the year in four digits: `Fri, 27 Nov 2026 00:00:00 +0000`.
fn rfc822(date: &Date) -> String {
    date.format("%a, %d %b %Y %H:%M:%S %z")
}
