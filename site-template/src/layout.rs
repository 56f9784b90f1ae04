//! What every page has in common, and what the site says about itself.

use kiln::prelude::*;

use crate::content::{Post, PostRef};
use crate::{landscape, routes};

pub const NAME: &str = "Clay & Ink";
pub const DESCRIPTION: &str = "Notes on making things slowly, on paper and on the wheel.";
pub const AUTHOR: &str = "Robin Potter";

/// A whole page: `content` with head, navigation and footer around it.
pub fn page(ctx: &Context, title: &str, description: &str, content: &Markup) -> Result<Markup> {
    let is_home = ctx.route_pattern == "/";
    let is_post = ctx.route_pattern == "/posts/[slug]";
    let icon = ctx.asset("favicon.svg")?;

    Ok(html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) @if !is_home { " · " (NAME) } }
                meta name="description" content=(description);
                // A 404 page answers for any address, so it has none of its own.
                @if ctx.route_pattern == "/404" {
                    meta name="robots" content="noindex";
                } @else {
                    link rel="canonical" href=(ctx.url);
                    meta property="og:url" content=(ctx.url);
                }
                meta property="og:title" content=(title);
                meta property="og:description" content=(description);
                meta property="og:type" content=(if is_post { "article" } else { "website" });
                meta property="og:site_name" content=(NAME);
                // Other sites fetch the card of a post, so its address is absolute.
                @if let Some(slug) = ctx.params.get("slug").filter(|_| cfg!(feature = "og")) {
                    meta property="og:image" content={ (ctx.site.unwrap_or_default()) (routes::posts::slug_png(slug)) };
                    meta property="og:image:width" content=(landscape::WIDTH);
                    meta property="og:image:height" content=(landscape::HEIGHT);
                    meta property="og:image:alt" content=(title);
                    meta name="twitter:card" content="summary_large_image";
                }
                meta name="color-scheme" content="light dark";
                meta name="generator" content=(ctx.generator());
                // Before the styles: the page is painted in the colours that the reader chose.
                script src=(ctx.asset("site.js")?) {}
                link rel="icon" type="image/svg+xml" href=(icon);
                @if is_post { link rel="stylesheet" href=(routes::code_css()); }
                link rel="stylesheet" href=(ctx.asset("style.css")?);
                link rel="alternate" type="application/atom+xml" title=(NAME) href=(routes::feed_xml());
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header.site-header {
                    a.brand href=(routes::index()) aria-current=[is_home.then_some("page")] {
                        img src=(icon) alt="" width="32" height="32";
                        (NAME)
                    }
                    nav aria-label="Main" {
                        ul {
                            @for (name, link) in [("Posts", routes::posts::page("")), ("About", routes::about())] {
                                li { a href=(link) aria-current=[ctx.url.path().starts_with(&link).then_some("true")] { (name) } }
                            }
                        }
                    }
                    button.theme type="button" aria-label="Dark colours" hidden {}
                }
                main #content { (content) }
                footer.site-footer {
                    p { "Written by " (AUTHOR) " and made with kiln." }
                    p { a href=(routes::feed_xml()) { "Follow the feed" } }
                }
            }
        }
    })
}

/// Posts as a list of cards, for the home page, the archive and the tags.
pub fn post_cards(posts: &[PostRef]) -> Markup {
    html! {
        ul.cards {
            @for (at, post) in posts.iter().enumerate() {
                li.card {
                    // What is likely to be in sight at once is loaded at once.
                    img src=(routes::posts::slug_svg(post.id())) alt="" width="1200" height="630" loading=[(at > 2).then_some("lazy")];
                    h2 { a href=(routes::posts::slug(post.id())) { (post.title) } }
                    (post_meta(post))
                    p { (post.summary) }
                }
            }
        }
    }
}

/// The day of a post, and how long it takes to read.
pub fn post_meta(post: &Entry<Post>) -> Markup {
    html! {
        p.meta {
            time datetime=(post.date) { (post.date.format("%-d %B %Y")) }
            " · " (post.reading_minutes()) " min"
            @if post.draft { " · " strong { "Draft" } }
        }
    }
}

pub fn tags(tags: impl IntoIterator<Item: AsRef<str>>) -> Markup {
    html! {
        ul.tags {
            @for tag in tags { @let tag = tag.as_ref(); li { a href=(routes::tags::tag(tag)) rel="tag" { "#" (tag) } } }
        }
    }
}
