use kiln::prelude::*;

use crate::{layout, routes};

pub fn get(ctx: &Context) -> Result<Markup> {
    let content = html! {
        main.landing #_main {
            div.hero {
                h1 { "There is no such page" }
                p.lead {
                    "It may have moved. "
                    a href=(routes::path("get-started")) { "Get started" } ", go "
                    a href=(routes::index()) { "home" } ", or search with "
                    kbd { "/" } "."
                }
            }
        }
    };
    layout::page(ctx, "Not found", "There is no page at this address.", &routes::index(), &content)
}
