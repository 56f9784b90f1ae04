//! What every page has in common, and what the site says about itself.

use kiln::prelude::*;

use crate::content::{Post, PostRef};
use crate::{landscape, routes};

pub const NAME: &str = "Clay & Ink";
pub const DESCRIPTION: &str = "Notes on making things slowly, on paper and on the wheel.";
pub const AUTHOR: &str = "Robin Potter";

/// A whole page: `content` with head, navigation and footer around it.
pub fn page(
    ctx: &Context,
    title: &str,
    description: &str,
    content: &Markup,
) -> Result<Html<String>> {
    let is_home = ctx.route_pattern == "/";
    let is_post = ctx.route_pattern == "/posts/[slug]";
    let is_404 = ctx.route_pattern == "/404";
    let icon = ctx.asset("favicon.svg")?;

    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) @if !is_home { " · " (NAME) } }
                meta name="description" content=(description);
                // A 404 page answers for any address, so it has none of its own.
                @if is_404 {
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
                link rel="icon" type="image/svg+xml" href=(icon);
                link rel="stylesheet" href=(ctx.asset("style.css")?);
                link rel="alternate" type="application/atom+xml" title=(NAME)
                    href=(routes::feed_xml());
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
                            (nav_item(ctx, "Posts", &routes::posts::index()))
                            (nav_item(ctx, "About", &routes::about()))
                        }
                    }
                }
                main #content { (content) }
                footer.site-footer {
                    p { "Written by " (AUTHOR) " and made with kiln." }
                    p { a href=(routes::feed_xml()) { "Follow the feed" } }
                }
            }
        }
    };
    Ok(Html(page.into_string()))
}

/// Posts as a list of cards, for the home page, the archive and the tags.
pub fn post_cards(posts: impl IntoIterator<Item = PostRef>) -> Markup {
    html! {
        ul.cards {
            @for post in posts {
                li.card {
                    img src=(routes::posts::slug_svg(post.id())) alt="" width="1200" height="630";
                    h2 { a href=(routes::posts::slug(post.id())) { (post.title) } }
                    p.meta { (post_date(post)) }
                    p { (post.summary) }
                }
            }
        }
    }
}

/// The header with the day of a post, which becomes its date in the sitemap.
pub fn last_modified(post: &Post) -> [(header::HeaderName, String); 1] {
    let date = post.date.format("%a, %d %b %Y 00:00:00 GMT");
    [(header::LAST_MODIFIED, date)]
}

pub fn post_date(post: &Post) -> Markup {
    html! { time datetime=(post.date) { (post.date.format("%-d %B %Y")) } }
}

fn nav_item(ctx: &Context, name: &str, link: &str) -> Markup {
    html! { li { a href=(link) aria-current=[current(ctx, link)] { (name) } } }
}

/// The value of `aria-current` for a link: is it this page, or the section that this page is in?
fn current(ctx: &Context, link: &str) -> Option<&'static str> {
    match ctx.url.path().strip_prefix(link.trim_end_matches('/'))? {
        "" | "/" => Some("page"),
        rest if rest.starts_with('/') => Some("true"),
        _ => None,
    }
}
