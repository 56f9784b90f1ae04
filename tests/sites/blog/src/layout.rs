use kiln::content::Attributes;
use kiln::prelude::*;

use crate::{content::Language, content::PostRef, routes};

/// A page of the site around its content.
pub fn page(lang: &str, title: &str, languages: &[Language], content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang) {
            head {
                meta charset="utf-8";
                title { (title) }
                @for (lang, url) in languages { link rel="alternate" hreflang=(lang) href=(url); }
                link rel="stylesheet" href=(routes::code_css());
            }
            body {
                nav { a href=(routes::index()) { "Home" } }
                main { (content) }
            }
        }
    }
}

/// Posts with date, reading time and summary.
pub fn list(ctx: &Context, posts: &[PostRef]) -> Result<Markup> {
    Ok(html! {
        @for post in posts {
            article lang=(post.lang) {
                h2 { a href=(post.url()?) { (post.title) } }
                p {
                    time datetime=(post.date) { (post.date.format("%-d %B %Y")) }
                    " · " (post.reading_minutes()) " min"
                }
                @match &post.summary {
                    Some(summary) => p { (summary) },
                    None => (post.excerpt(ctx)?),
                }
            }
        }
    })
}

/// `<Aside title="…">` in Markdown.
pub fn aside(_: &Context, attributes: &Attributes, children: &str) -> Result<String> {
    let title: String = attributes.parse("title")?;
    Ok(html! { aside { b { (title) } (PreEscaped(children)) } }.into_string())
}
