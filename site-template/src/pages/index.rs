use kiln::prelude::*;

use crate::{
    content::POSTS,
    layout::{self, DESCRIPTION, NAME},
    routes,
};

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let posts = POSTS.entries()?;
    let latest = &posts[..posts.len().min(3)];

    let content = html! {
        div.hero {
            h1 { "Hello, and welcome." }
            p {
                "This is a small site with a few posts, "
                a href=(routes::about()) { "a page about itself" }
                " and room for more. Everything on it is a file that you can open: the page you "
                "are reading is " code { "src/pages/index.rs" } "."
            }
        }
        section aria-labelledby="latest" {
            h2.label #latest { "Latest posts" }
            (layout::post_cards(latest))
            @if posts.len() > latest.len() {
                p { a href=(routes::posts::index()) { "All " (posts.len()) " posts" } }
            }
        }
    };
    layout::page(ctx, NAME, DESCRIPTION, &content)
}
