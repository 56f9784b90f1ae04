use kiln::prelude::*;

use crate::content::{POSTS, PostRef};
use crate::landscape::{self, HEIGHT, WIDTH};

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<RawParams, PostRef>>> {
    let paths = POSTS.entries()?.iter();
    Ok(paths.map(|post| StaticPath::new([("slug", post.id())]).props(post)))
}

/// The picture of a post.
pub fn get(post: PostRef) -> impl IntoResponse {
    let picture = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } {
            (landscape::draw(&post.title))
        }
    };
    let svg = picture.into_string();
    ([(header::CONTENT_TYPE, "image/svg+xml")], svg)
}
