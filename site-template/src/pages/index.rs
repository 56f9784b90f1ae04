use kiln::prelude::*;

use crate::{content::POSTS, layout, routes};

pub fn get(ctx: &Context) -> Result<Markup> {
    let posts: Vec<_> = POSTS.entries()?.iter().collect();
    let content = html! {
        div.hero {
            h1 { "Made slowly, written down." }
            p {
                "Clay remembers every touch, and paper every word. These are "
                a href=(routes::about()) { "one potter’s" } " notes on both."
            }
            (layout::tags(POSTS.group_by(|post| &post.tags)?.keys()))
        }
        section aria-labelledby="latest" {
            h2.label #latest { "Latest posts" }
            (layout::post_cards(&posts[..posts.len().min(3)]))
            p.more { a href=(routes::posts::page("")) { "All " (posts.len()) " posts" } }
        }
    };
    layout::page(ctx, layout::NAME, layout::DESCRIPTION, &content)
}
