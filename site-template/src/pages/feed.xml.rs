use kiln::prelude::*;

use crate::{content::POSTS, layout, routes};

/// The posts as an Atom feed. Readers take it out of its place, so all its addresses are absolute.
pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let site = ctx.site.context("the feed needs `site` in kiln.toml")?;
    let posts = POSTS.entries()?;
    // A feed must say when it last changed, also before the first post.
    let updated = posts
        .first()
        .map_or("1970-01-01T00:00:00Z".into(), |post| post.date.rfc3339());

    let feed = html! {
        (PreEscaped(r#"<?xml version="1.0" encoding="utf-8"?>"#))
        feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" {
            id { (site) (routes::index()) }
            title { (layout::NAME) }
            subtitle { (layout::DESCRIPTION) }
            updated { (updated) }
            author { name { (layout::AUTHOR) } }
            link rel="self" type="application/atom+xml" href={ (site) (routes::feed_xml()) } {}
            link rel="alternate" type="text/html" href={ (site) (routes::index()) } {}
            @for post in posts {
                @let url = format!("{site}{}", post.url()?);
                entry {
                    id { (url) }
                    title { (post.title) }
                    updated { (post.date.rfc3339()) }
                    link rel="alternate" type="text/html" href=(url) {}
                    summary { (post.summary) }
                    content type="html" { (post.render_absolute(ctx)?.html()) }
                }
            }
        }
    };
    Ok(Xml(feed.into_string()))
}
