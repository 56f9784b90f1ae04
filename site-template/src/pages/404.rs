use kiln::prelude::*;

use crate::{layout, routes};

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let content = html! {
        div.hero {
            h1 { "There is nothing here." }
            p {
                "The page may have moved, or the address may have a slip in it. You could go "
                a href=(routes::index()) { "home" } " or look through "
                a href=(routes::posts::index()) { "all posts" } "."
            }
        }
    };
    let description = "There is no page at this address.";
    layout::page(ctx, "Not found", description, &content)
}
