use kiln::content::{Asset, Collection, Date, Entry, Markdown, Ref};

use crate::{layout, routes};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    pub title: String,
    pub date: Date,
    pub lang: String,
    pub author: Ref<Author>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub draft: bool,
    #[serde(default)]
    pub aliases: Vec<String>,
    pub summary: Option<String>,
    pub cover: Option<Asset>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Author {
    pub name: String,
}

/// A post, as pages get it.
pub type PostRef = &'static Entry<Post>;

pub static AUTHORS: Collection<Author> = Collection::<Author>::list("content/authors.toml");

pub static POSTS: Collection<Post> = Collection::<Post>::markdown("content/posts")
    .filter(|post| !post.draft || kiln::is_dev())
    .sort_by(|a, b| a.lang.cmp(&b.lang).then(b.date.cmp(&a.date)))
    .url(|post| routes::posts::path(post.id()))
    .markdown_options(|| Markdown::new().component("Aside", layout::aside));
