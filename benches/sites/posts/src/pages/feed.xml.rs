use kiln::prelude::*;

use crate::posts::POSTS;
use crate::routes;

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let site = ctx.site.context("the feed needs `site` in kiln.toml")?;
    let feed = html! {
        (PreEscaped(r#"<?xml version="1.0" encoding="utf-8"?>"#))
        feed xmlns="http://www.w3.org/2005/Atom" {
            title { "The blog" }
            @for post in POSTS.iter().take(20) {
                entry {
                    id { (site) (routes::posts::slug(&post.slug)) }
                    title { (post.title) }
                    updated { (post.date) "T00:00:00Z" }
                    content type="html" { (post.html()) }
                }
            }
        }
    };
    Ok(Xml(feed.into_string()))
}
