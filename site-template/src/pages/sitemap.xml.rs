use kiln::prelude::*;

use crate::{content::POSTS, routes};

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let site = ctx.site.context("the sitemap needs `site` in kiln.toml")?;

    let sitemap = html! {
        (PreEscaped(r#"<?xml version="1.0" encoding="utf-8"?>"#))
        urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {
            @for page in [routes::index(), routes::about(), routes::posts::index()] {
                url { loc { (site) (page) } }
            }
            @for post in POSTS.entries()? {
                url {
                    loc { (site) (post.url()?) }
                    lastmod { (post.date) }
                }
            }
        }
    };
    Ok(Xml(sitemap.into_string()))
}
