use kiln::content::Date;
use kiln::feed::{Feed, Item};
use kiln::prelude::*;

use crate::{content::POSTS, layout, routes};

/// The posts as an Atom feed. Readers take it out of its place, so all its addresses are absolute.
pub fn get(ctx: &Context) -> Result<Response> {
    let site = ctx.site.context("the feed needs `site` in kiln.toml")?;
    let posts = POSTS.entries()?;
    // A feed must say when it last changed, also before the first post.
    let updated = posts
        .first()
        .map_or(Date::new(1970, 1, 1)?, |post| post.date);
    let items = posts.iter().map(|post| {
        Ok(Item::new(&post.title, format!("{site}{}", post.url()?))
            .published(&post.date)
            .summary(&post.summary)
            .content_html(post.render_absolute(ctx)?.html()))
    });
    Feed::new(layout::NAME, format!("{site}{}", routes::index()))
        .description(layout::DESCRIPTION)
        .author(layout::AUTHOR)
        .language("en")
        .updated(&updated)
        .items(items.collect::<Result<Vec<_>>>()?)
        .atom()
}
