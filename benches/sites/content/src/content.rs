use kiln::content::{Collection, Date};

use crate::routes;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    pub title: String,
    pub date: Date,
    pub description: String,
}

pub static POSTS: Collection<Post> = Collection::<Post>::markdown("content/posts")
    .sort_by(|a, b| b.date.cmp(&a.date))
    .url(|post| routes::posts::slug(post.id()));
