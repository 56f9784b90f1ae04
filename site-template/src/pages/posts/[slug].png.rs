use kiln::og::Card;
use kiln::prelude::*;

use crate::content::{POSTS, PostRef};
use crate::landscape::{self, HEIGHT, WIDTH};
use crate::layout;

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<RawParams, PostRef>>> {
    // Cards need the feature `og` in Cargo.toml.
    let paths = POSTS.entries()?.iter().filter(|_| cfg!(feature = "og"));
    Ok(paths.map(|post| StaticPath::new([("slug", post.id())]).props(post)))
}

/// The card of a post, which other sites show beside a link to it: its title in its landscape.
pub fn get(post: PostRef) -> Result<Card> {
    let words = html! {
        text x="72" y="142" font-size="80" font-weight="800" letter-spacing="-1.5" fill="#29231f"
            inline-size="1056" line-height="1.08" line-clamp="3" text-wrap="balance" { (post.title) }
        g font-size="32" font-weight="600" fill="#fff" {
            text x="72" y="572" { (layout::NAME) }
            text x="1128" y="572" text-anchor="end" { (post.date.format("%-d %B %Y")) }
        }
    };
    Card::new(WIDTH, HEIGHT).svg(landscape::draw(&post.title, &words))
}
