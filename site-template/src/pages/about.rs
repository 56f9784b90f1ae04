use kiln::prelude::*;

use crate::layout;

pub fn get(ctx: &Context) -> Result<Markup> {
    let content = html! {
        article.prose {
            h1 { "About" }
            p {
                (layout::AUTHOR) " throws pots in the morning, and writes in the evening what went "
                "wrong, what went well, and which of the two could be repeated."
            }
            p {
                "Robin does not exist yet. Tell your readers who you are, what you write about and "
                "how they can reach you: this text is in " code { "src/pages/about.rs" } "."
            }
        }
    };
    let description = "Who writes this site, and what about.";
    layout::page(ctx, "About", description, &content)
}
