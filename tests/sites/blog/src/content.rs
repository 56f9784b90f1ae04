use kiln::content::{Asset, Collection, Date, Markdown, Ref};
use kiln::prelude::*;

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
    /// The same post in other languages.
    #[serde(default)]
    pub translations: Vec<Ref<Post>>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Author {
    pub name: String,
}

#[derive(serde::Deserialize)]
pub struct Note {}

/// A post, as pages get it.
pub type PostRef = &'static Entry<Post>;

pub static AUTHORS: Collection<Author> = Collection::<Author>::list("content/authors.toml");

pub static POSTS: Collection<Post> = Collection::<Post>::markdown("content/posts")
    .filter(|post| !post.draft || kiln::is_dev())
    .sort_by(|a, b| a.lang.cmp(&b.lang).then(b.date.cmp(&a.date)))
    .url(|post| routes::posts::path(post.id()))
    .markdown_options(|| Markdown::new().component("Aside", layout::aside));

/// Texts that no page shows.
pub static NOTES: Collection<Note> = Collection::<Note>::markdown("content/notes");

/// A language and the absolute URL of a page in it.
pub type Language = (&'static str, String);

/// The languages of a post, if it has a translation.
pub fn languages(post: PostRef) -> Result<Vec<Language>> {
    let mut posts = vec![post];
    for other in &post.translations {
        posts.push(other.get()?);
    }
    posts.sort_by_key(|post| &post.lang);
    let languages = posts.iter().filter(|_| posts.len() > 1);
    languages
        .map(|post| Ok((&*post.lang, format!("https://blog.example{}", post.url()?))))
        .collect()
}

/// The languages of a list of posts: only its first page has a counterpart.
pub fn languages_of_list(page: &Page<PostRef>) -> Vec<Language> {
    let url = |lang| format!("https://blog.example{}", routes::lang::page(lang, ""));
    let all = ["de", "en"].into_iter().filter(|_| page.current_page == 1);
    all.map(|lang| (lang, url(lang))).collect()
}
