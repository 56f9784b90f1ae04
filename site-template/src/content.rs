//! The content of the site: which files it is made of, and what each of them says at its top.

use kiln::content::{Collection, Date, Entry};

use crate::routes;

/// The front matter of a post. Another key, or a wrong value, is an error with its place.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    pub title: String,
    pub date: Date,
    pub summary: String,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub draft: bool,
}

/// A post as props: what `static_paths` gives to a page for each of its paths.
pub type PostRef = &'static Entry<Post>;

/// The posts, the newest first. The id of a post is the name of its file without `.md`. Only `cargo dev` shows drafts.
pub static POSTS: Collection<Post> = Collection::<Post>::markdown("content/posts")
    .filter(|post| !post.draft || kiln::is_dev())
    .sort_by(|a, b| b.date.cmp(&a.date))
    .url(|post| routes::posts::slug(post.id()));
