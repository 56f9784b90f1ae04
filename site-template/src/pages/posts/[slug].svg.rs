use kiln::prelude::*;

use crate::content::{POSTS, PostRef};
use crate::landscape;

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<RawParams, PostRef>>> {
    let paths = POSTS.entries()?.iter();
    Ok(paths.map(|post| StaticPath::new([("slug", post.id())]).props(post)))
}

/// The picture of a post.
pub fn get(post: PostRef) -> impl IntoResponse {
    let picture = landscape::draw(&post.title, &html! {}).into_string();
    ([(header::CONTENT_TYPE, "image/svg+xml")], picture)
}
