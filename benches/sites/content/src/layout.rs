//! The layout of every page.

use kiln::prelude::*;

use crate::routes;

pub fn page(ctx: &Context, title: &str, content: &Markup) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { (title) }
                link rel="canonical" href=(ctx.url);
                link rel="alternate" type="application/atom+xml" href=(routes::feed_xml());
            }
            body {
                header { a href=(routes::list::page("")) { "The blog" } }
                main { (content) }
                footer { p { "Made with kiln." } }
            }
        }
    };
    Html(page.into_string())
}
