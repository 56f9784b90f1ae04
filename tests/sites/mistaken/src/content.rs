use kiln::content::{Collection, Date};

use crate::routes;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    pub title: String,
    pub date: Date,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guide {
    pub title: String,
    #[serde(default)]
    pub draft: bool,
}

#[derive(serde::Deserialize)]
pub struct Note {}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[expect(dead_code, reason = "no page reads the collection")]
    pub colors: Vec<String>,
}

pub static POSTS: Collection<Post> =
    Collection::<Post>::markdown("content/posts").url(|post| routes::posts::slug(post.id()));

pub static GUIDES: Collection<Guide> = Collection::<Guide>::markdown("content/guides")
    .filter(|guide| !guide.draft)
    .url(|guide| routes::guides::slug(guide.id()));

pub static SETTINGS: Collection<Settings> = Collection::<Settings>::data("content/settings");

/// It has no mistake but in texts that no page shows.
pub static NOTES: Collection<Note> = Collection::<Note>::markdown("content/notes");
