use kiln::prelude::*;

use crate::content::{POSTS, Post};
use crate::layout;

type Posts = Page<&'static Entry<Post>>;

pub fn static_paths(
    route: &Route,
) -> Result<impl IntoIterator<Item = StaticPath<RawParams, Posts>>> {
    let languages = POSTS.group_by(|post| [&post.lang])?;
    Ok(languages
        .into_iter()
        .flat_map(|(lang, posts)| route.paginate(posts, 2).params([("lang", lang)])))
}

pub fn get(ctx: &Context, page: &Posts) -> Result<Markup> {
    let content = html! {
        h1 { "Posts " (page.start + 1) "–" (page.end + 1) " of " (page.total) }
        (layout::list(ctx, &page.data)?)
        @if let Some(newer) = &page.url.prev { a rel="prev" href=(newer) { "Newer" } }
        @if let Some(older) = &page.url.next { a rel="next" href=(older) { "Older" } }
    };
    Ok(layout::page(&ctx.params["lang"], "Posts", &content))
}
