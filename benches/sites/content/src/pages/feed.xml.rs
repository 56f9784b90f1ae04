use kiln::prelude::*;

use crate::content::POSTS;

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let site = ctx.site.context("the feed needs `site` in kiln.toml")?;
    let feed = html! {
        (PreEscaped(r#"<?xml version="1.0" encoding="utf-8"?>"#))
        feed xmlns="http://www.w3.org/2005/Atom" {
            title { "The blog" }
            @for post in POSTS.entries()?.iter().take(20) {
                entry {
                    id { (site) (post.url()?) }
                    title { (post.title) }
                    updated { (post.date.rfc3339()) }
                    content type="html" { (post.render_absolute(ctx)?.html()) }
                }
            }
        }
    };
    Ok(Xml(feed.into_string()))
}
