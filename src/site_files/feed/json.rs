//! JSON Feed, as [version 1.1](https://www.jsonfeed.org/version/1.1/) defines it.

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::{Feed, Item};

pub(super) fn document(feed: &Feed) -> Result<String> {
    // The format has no date of the feed itself, but all formats accept the same feeds.
    feed.last_update()?;
    let mut object = Map::new();
    object.insert("version".into(), json!("https://jsonfeed.org/version/1.1"));
    object.insert("title".into(), json!(feed.title));
    object.insert("home_page_url".into(), json!(feed.url()?));
    insert(&mut object, "description", feed.description.as_ref());
    insert(&mut object, "language", feed.language.as_ref());
    if let Some(author) = &feed.author {
        object.insert("authors".into(), json!([{ "name": author }]));
    }
    let items = feed.items.iter().map(item).collect::<Result<Vec<Value>>>()?;
    object.insert("items".into(), items.into());
    Ok(Value::Object(object).to_string())
}

fn item(item: &Item) -> Result<Value> {
    let url = item.url()?;
    let mut object = Map::new();
    object.insert("id".into(), json!(url));
    object.insert("url".into(), json!(url));
    object.insert("title".into(), json!(item.title));
    insert(&mut object, "summary", item.summary.as_ref());
    // An item needs one of the two.
    match &item.content_html {
        Some(html) => object.insert("content_html".into(), json!(html)),
        None => {
            object.insert("content_text".into(), json!(item.summary.as_deref().unwrap_or_default()))
        }
    };
    insert(&mut object, "date_published", item.published.map(|date| date.rfc3339()).as_ref());
    insert(&mut object, "date_modified", item.updated.map(|date| date.rfc3339()).as_ref());
    if let Some(author) = &item.author {
        object.insert("authors".into(), json!([{ "name": author }]));
    }
    if !item.categories.is_empty() {
        object.insert("tags".into(), json!(item.categories));
    }
    let enclosures = item.enclosures()?;
    if !enclosures.is_empty() {
        let attachments = enclosures.iter().map(
            |it| json!({ "url": it.url, "mime_type": it.media_type, "size_in_bytes": it.length }),
        );
        object.insert("attachments".into(), attachments.collect());
    }
    Ok(Value::Object(object))
}

fn insert(object: &mut Map<String, Value>, name: &str, value: Option<&String>) {
    if let Some(value) = value {
        object.insert(name.to_owned(), json!(value));
    }
}
