use kiln::prelude::*;

use crate::{layout, routes};

pub fn get(ctx: &Context) -> Result<Markup> {
    let content = html! {
        div.hero {
            h1 { "There is nothing here." }
            p {
                "The page may have moved, or the address may have a slip in it. Here are "
                a href=(routes::posts::page("")) { "all posts" } "."
            }
        }
    };
    let description = "There is no page at this address.";
    layout::page(ctx, "Not found", description, &content)
}
