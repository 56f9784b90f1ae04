use kiln::feed::{Feed, Item};
use kiln::prelude::*;

use crate::Post;

pub fn get() -> Result<Response> {
    let item = |post: Post| Item::new(&post.title, format!("https://example.com{}", post.url));
    let posts = crate::numbers()?.map(Post::new);
    let feed = Feed::new("A blog", "https://example.com/");
    feed.items(posts.take(50).map(item)).rss()
}
