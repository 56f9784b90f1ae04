//! An item of a feed.

use anyhow::Result;
use kiln_content::Date;

use super::absolute::absolute;

/// An item of a feed, such as a post.
#[derive(Debug, Clone)]
#[must_use = "needs to be in a feed to be useful"]
pub struct Item {
    pub(super) title: String,
    url: String,
    pub(super) published: Option<Date>,
    pub(super) updated: Option<Date>,
    pub(super) summary: Option<String>,
    pub(super) content_html: Option<String>,
    pub(super) author: Option<String>,
    pub(super) categories: Vec<String>,
    enclosures: Vec<Enclosure>,
}

/// A file that belongs to an item, such as the audio of a podcast.
#[derive(Debug, Clone)]
pub(super) struct Enclosure {
    pub(super) url: String,
    /// In bytes.
    pub(super) length: u64,
    pub(super) media_type: String,
}

impl Item {
    /// Creates an item with its title and the absolute URL of its page, which also identifies it.
    pub fn new(title: impl Into<String>, url: impl Into<String>) -> Self {
        Item {
            title: title.into(),
            url: url.into(),
            published: None,
            updated: None,
            summary: None,
            content_html: None,
            author: None,
            categories: vec![],
            enclosures: vec![],
        }
    }

    /// Sets when the item was published.
    pub fn published(self, published: &Date) -> Self {
        Item { published: Some(*published), ..self }
    }

    /// Sets when the item last changed. The default is when it was published.
    pub fn updated(self, updated: &Date) -> Self {
        Item { updated: Some(*updated), ..self }
    }

    /// Sets a summary in plain text.
    pub fn summary(self, summary: impl Into<String>) -> Self {
        Item { summary: Some(summary.into()), ..self }
    }

    /// Sets the whole text as HTML. Its links and images have to be absolute, as those of `Entry::render_absolute` are.
    pub fn content_html(self, html: impl Into<String>) -> Self {
        Item { content_html: Some(html.into()), ..self }
    }

    /// Sets the name of the author.
    pub fn author(self, author: impl Into<String>) -> Self {
        Item { author: Some(author.into()), ..self }
    }

    /// Adds a category, such as a tag.
    pub fn category(mut self, category: impl Into<String>) -> Self {
        self.categories.push(category.into());
        self
    }

    /// Adds a file: its absolute URL, its length in bytes, and its media type. RSS has at most one for an item, and gets
    /// the first.
    pub fn enclosure(
        mut self,
        url: impl Into<String>,
        length: u64,
        media_type: impl Into<String>,
    ) -> Self {
        let (url, media_type) = (url.into(), media_type.into());
        self.enclosures.push(Enclosure { url, length, media_type });
        self
    }

    pub(super) fn last_update(&self) -> Option<Date> {
        self.updated.or(self.published)
    }

    pub(super) fn url(&self) -> Result<String> {
        absolute(&self.url, || format!("the item `{}`", self.title))
    }

    /// The files, with encoded URLs.
    pub(super) fn enclosures(&self) -> Result<Vec<Enclosure>> {
        let encoded = |enclosure: &Enclosure| {
            let url = absolute(&enclosure.url, || format!("a file of the item `{}`", self.title))?;
            Ok(Enclosure { url, ..enclosure.clone() })
        };
        self.enclosures.iter().map(encoded).collect()
    }
}
