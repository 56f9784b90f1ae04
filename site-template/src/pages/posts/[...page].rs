use kiln::prelude::*;

use crate::content::{POSTS, PostRef};
use crate::layout;

/// `/posts`, `/posts/2` and so on, with six posts each.
pub fn static_paths(
    route: &Route,
) -> Result<impl IntoIterator<Item = StaticPath<RawParams, Page<PostRef>>>> {
    Ok(route.paginate(POSTS.entries()?, 6))
}

pub fn get(ctx: &Context, page: &Page<PostRef>) -> Result<Markup> {
    let title = match page.current_page {
        1 => "Posts".to_owned(),
        number => format!("Posts, page {number}"),
    };
    let content = html! {
        h1 { (title) }
        (layout::post_cards(&page.data))
        @if page.last_page > 1 {
            nav.pages aria-label="More posts" {
                @if let Some(newer) = &page.url.prev { a.previous rel="prev" href=(newer) { "Newer posts" } }
                p { "Page " (page.current_page) " of " (page.last_page) }
                @if let Some(older) = &page.url.next { a.next rel="next" href=(older) { "Older posts" } }
            }
        }
    };
    let description = "Everything written here so far, newest first.";
    layout::page(ctx, &title, description, &content)
}
