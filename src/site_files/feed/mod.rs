//! Feeds: the newest entries of a site, for feed readers.

mod absolute;
mod atom;
mod item;
mod json;
mod rss;

use anyhow::{Result, bail};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use kiln_content::Date;

pub use self::item::Item;

use self::absolute::absolute;

/// A feed, which is written as Atom, RSS or JSON Feed.
///
/// Everything is escaped, and characters that XML cannot contain are left out. URLs have to be absolute, since feed
/// readers show entries outside of the site; characters that a URL cannot contain are percent-encoded.
///
/// # Example
///
/// ```
/// // src/pages/feed.xml.rs
/// use kiln::content::Date;
/// use kiln::feed::{Feed, Item};
/// use kiln::prelude::*;
///
/// pub fn get() -> Result<Response> {
///     let item = Item::new("Hello", "https://example.com/posts/hello")
///         .published(&Date::new(2026, 11, 27)?)
///         .summary("The first post.");
///     Feed::new("My site", "https://example.com/").author("Ada").items([item]).atom()
/// }
/// # assert_eq!(get().unwrap().headers()["content-type"], "application/atom+xml; charset=utf-8");
/// ```
#[derive(Debug, Clone)]
#[must_use = "needs to be written as Atom, RSS or JSON Feed"]
pub struct Feed {
    title: String,
    url: String,
    description: Option<String>,
    author: Option<String>,
    language: Option<String>,
    updated: Option<Date>,
    items: Vec<Item>,
}

impl Feed {
    /// Creates a feed with the title and the URL of the page that it belongs to, such as the home page.
    pub fn new(title: impl Into<String>, url: impl Into<String>) -> Self {
        Feed {
            title: title.into(),
            url: url.into(),
            description: None,
            author: None,
            language: None,
            updated: None,
            items: vec![],
        }
    }

    /// Sets what the feed is about, in plain text.
    pub fn description(self, description: impl Into<String>) -> Self {
        Feed { description: Some(description.into()), ..self }
    }

    /// Sets the name of the author of all items that have none of their own.
    pub fn author(self, author: impl Into<String>) -> Self {
        Feed { author: Some(author.into()), ..self }
    }

    /// Sets the language of the feed, such as `en` or `pt-BR`.
    pub fn language(self, language: impl Into<String>) -> Self {
        Feed { language: Some(language.into()), ..self }
    }

    /// Sets when the feed last changed. The default is the date of its newest item, so only a feed without items needs it.
    pub fn updated(self, updated: &Date) -> Self {
        Feed { updated: Some(*updated), ..self }
    }

    /// Adds items, in this order.
    pub fn items(mut self, items: impl IntoIterator<Item = Item>) -> Self {
        self.items.extend(items);
        self
    }

    /// Returns the feed as Atom, with the content type `application/atom+xml`.
    ///
    /// Without an author, the title of the feed is the author, because Atom requires one.
    ///
    /// # Errors
    ///
    /// Fails if a URL is not absolute, if there are no items and [`updated`](Self::updated) was not called, and if an item
    /// has no date.
    pub fn atom(&self) -> Result<Response> {
        Ok(response("application/atom+xml; charset=utf-8", atom::document(self)?))
    }

    /// Returns the feed as RSS 2.0, with the content type `application/rss+xml`.
    ///
    /// # Errors
    ///
    /// Fails if a URL is not absolute, and if there are no items and [`updated`](Self::updated) was not called.
    pub fn rss(&self) -> Result<Response> {
        Ok(response("application/rss+xml; charset=utf-8", rss::document(self)?))
    }

    /// Returns the feed as [JSON Feed](https://jsonfeed.org) 1.1, with the content type `application/feed+json`.
    ///
    /// # Errors
    ///
    /// Fails if a URL is not absolute, and if there are no items and [`updated`](Self::updated) was not called.
    pub fn json(&self) -> Result<Response> {
        Ok(response("application/feed+json; charset=utf-8", json::document(self)?))
    }

    /// The URL of the page that the feed belongs to.
    fn url(&self) -> Result<String> {
        absolute(&self.url, || format!("the feed `{}`", self.title))
    }

    /// When the feed last changed.
    fn last_update(&self) -> Result<Option<Date>> {
        let newest = self.items.iter().filter_map(Item::last_update).max();
        if self.updated.is_none() && self.items.is_empty() {
            bail!(
                "the feed `{}` has no items, so nothing says when it last changed\n  hint: call `.updated(&date)`",
                self.title
            );
        }
        Ok(self.updated.or(newest))
    }
}

fn response(content_type: &'static str, document: String) -> Response {
    let content_type = HeaderValue::from_static(content_type);
    ([(header::CONTENT_TYPE, content_type)], Body::from(document)).into_response()
}

#[cfg(test)]
mod tests;
