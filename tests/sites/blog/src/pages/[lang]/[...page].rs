use kiln::prelude::*;

use crate::{content, content::POSTS, content::PostRef, layout};

pub fn static_paths(route: &Route) -> Result<Vec<StaticPath<RawParams, Page<PostRef>>>> {
    let mut paths = vec![];
    for (lang, posts) in POSTS.group_by(|post| [&post.lang])? {
        paths.extend(route.paginate(posts, 2).params([("lang", lang)]));
    }
    Ok(paths)
}

pub fn get(ctx: &Context, page: &Page<PostRef>) -> Result<Markup> {
    let content = html! {
        h1 { "Posts " (page.start + 1) "–" (page.end + 1) " of " (page.total) }
        (layout::list(ctx, &page.data)?)
        @if let Some(newer) = &page.url.prev { a rel="prev" href=(newer) { "Newer" } }
        @if let Some(older) = &page.url.next { a rel="next" href=(older) { "Older" } }
    };
    Ok(layout::page(&ctx.params["lang"], "Posts", &content::languages_of_list(page), &content))
}
