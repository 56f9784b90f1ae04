use kiln::prelude::*;

use crate::{content::POSTS, layout};

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let content = html! {
        h1 { "Posts" }
        (layout::post_cards(POSTS.entries()?))
    };
    let description = "Everything written here so far, newest first.";
    layout::page(ctx, "Posts", description, &content)
}
