use kiln::prelude::*;

use crate::layout;

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let content = html! {
        article.prose {
            h1 { "About" }
            p {
                (layout::NAME) " is written by " (layout::AUTHOR) ", who does not exist. The name "
                "is a placeholder, and so is this page: tell your readers who you are, what you "
                "write about, and how they can reach you."
            }
            h2 { "Make it yours" }
            ul {
                li { "The name of the site is at the top of " code { "src/layout.rs" } "." }
                li { "Its address is in " code { "kiln.toml" } "." }
                li { "Its colours are at the top of " code { "assets/style.css" } "." }
                li { "Its posts are the Markdown files in " code { "content/posts" } "." }
                li { "This text is in " code { "src/pages/about.rs" } "." }
            }
            p {
                "Nothing here runs in the reader’s browser, and nothing is fetched from anywhere "
                "else: no scripts, no cookies, no fonts from afar."
            }
        }
    };
    let description = "Who writes this site, and how it is made.";
    layout::page(ctx, "About", description, &content)
}
