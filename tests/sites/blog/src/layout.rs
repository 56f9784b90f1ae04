use kiln::content::{Attributes, Rendered};
use kiln::prelude::*;

use crate::content::Post;
use crate::routes;

/// A page of the site around its content.
pub fn page(lang: &str, title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang) {
            head {
                meta charset="utf-8";
                title { (title) }
            }
            body {
                nav {
                    a href=(routes::index()) { "Home" }
                    a href=(routes::lang::tags::index(lang)) { "Tags" }
                }
                main { (content) }
            }
        }
    }
}

/// Posts with date, summary and reading time.
pub fn list<'a>(ctx: &Context, posts: impl IntoIterator<Item = &'a &'static Entry<Post>>) -> Result<Markup> {
    Ok(html! {
        @for post in posts {
            article {
                h2 { a href=(post.url()?) { (post.title) } }
                p { time datetime=(post.date) { (post.date.format("%-d %B %Y")) } " · " (post.reading_minutes()) " min" }
                div { (summary(ctx, post)?) }
            }
        }
    })
}

fn summary(ctx: &Context, post: &Entry<Post>) -> Result<Markup> {
    Ok(match &post.summary {
        Some(summary) => html! { p { (summary) } },
        None => html! { (post.excerpt(ctx)?) },
    })
}

/// `<Aside title="…">` in Markdown.
pub fn aside(_: &Context, attributes: &Attributes, children: &str) -> Result<String> {
    let title: String = attributes.parse("title")?;
    Ok(html! { aside { b { (title) } (PreEscaped(children)) } }.into_string())
}

/// The table of contents, where a post has headings.
pub fn contents(toc: &Rendered) -> Markup {
    html! { @if !toc.html().is_empty() { nav.toc { (toc) } } }
}
