use kiln::content::{Asset, Collection, Date, Markdown, Ref};

use crate::routes;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    pub title: String,
    pub date: Date,
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

pub static AUTHORS: Collection<Author> = Collection::<Author>::list("content/authors.toml");

pub static EN: Collection<Post> =
    posts("content/en").url(|post| routes::lang::posts::slug("en", post.id()));

pub static DE: Collection<Post> =
    posts("content/de").url(|post| routes::lang::posts::slug("de", post.id()));

pub const LANGUAGES: [(&str, &Collection<Post>); 2] = [("en", &EN), ("de", &DE)];

const fn posts(folder: &'static str) -> Collection<Post> {
    Collection::<Post>::markdown(folder)
        .filter(|post| !post.draft || kiln::is_dev())
        .sort_by(|a, b| b.date.cmp(&a.date))
        .markdown_options(|| Markdown::new().component("Aside", crate::layout::aside))
}
