//! Atom, as [RFC 4287](https://www.rfc-editor.org/rfc/rfc4287) defines it.

use anyhow::{Context, Result};

use super::{Feed, Item};
use crate::site_files::xml::XmlWriter;

pub(super) fn document(feed: &Feed) -> Result<String> {
    let url = feed.url()?;
    let updated = feed.last_update()?;
    let mut xml = XmlWriter::new();
    let mut attributes = vec![("xmlns", "http://www.w3.org/2005/Atom")];
    attributes.extend(feed.language.as_deref().map(|language| ("xml:lang", language)));
    xml.open("feed", &attributes);
    xml.line();
    xml.element("id", &url);
    xml.element("title", &feed.title);
    if let Some(description) = &feed.description {
        xml.element("subtitle", description);
    }
    if let Some(updated) = updated {
        xml.element("updated", updated.rfc3339());
    }
    author(&mut xml, feed.author.as_ref().unwrap_or(&feed.title));
    xml.empty("link", &[("rel", "alternate"), ("href", &url)]);
    xml.line();
    for item in &feed.items {
        entry(&mut xml, item)?;
    }
    xml.close("feed");
    xml.line();
    Ok(xml.finish())
}

fn entry(xml: &mut XmlWriter, item: &Item) -> Result<()> {
    let url = item.url()?;
    let updated = item.last_update().with_context(|| {
        format!(
            "the item `{}` has no date, which Atom requires\n  hint: call `.published(&date)`",
            item.title
        )
    })?;
    xml.open("entry", &[]);
    xml.element("id", &url);
    xml.element("title", &item.title);
    xml.element("updated", updated.rfc3339());
    if let Some(published) = item.published {
        xml.element("published", published.rfc3339());
    }
    if let Some(name) = &item.author {
        author(xml, name);
    }
    xml.empty("link", &[("rel", "alternate"), ("href", &url)]);
    for enclosure in item.enclosures()? {
        let length = enclosure.length.to_string();
        let attributes = [
            ("rel", "enclosure"),
            ("href", enclosure.url.as_str()),
            ("type", &enclosure.media_type),
            ("length", &length),
        ];
        xml.empty("link", &attributes);
    }
    for category in &item.categories {
        xml.empty("category", &[("term", category)]);
    }
    if let Some(summary) = &item.summary {
        xml.element("summary", summary);
    }
    if let Some(html) = &item.content_html {
        xml.element_with("content", &[("type", "html")], html);
    }
    xml.close("entry");
    xml.line();
    Ok(())
}

fn author(xml: &mut XmlWriter, name: &str) {
    xml.open("author", &[]);
    xml.element("name", name);
    xml.close("author");
}
