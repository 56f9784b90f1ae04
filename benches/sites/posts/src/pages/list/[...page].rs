use kiln::prelude::*;

use crate::posts::{POSTS, Post};
use crate::{layout, routes};

pub fn static_paths(
    route: &Route,
) -> impl IntoIterator<Item = StaticPath<RawParams, Page<&'static Post>>> {
    route.paginate(POSTS.iter(), 20)
}

pub fn get(ctx: &Context, page: &Page<&'static Post>) -> impl IntoResponse {
    let content = html! {
        ul {
            @for post in &page.data {
                li {
                    a href=(routes::posts::slug(&post.slug)) { (post.title) }
                    p { (post.description) }
                }
            }
        }
        nav {
            @if let Some(prev) = &page.url.prev { a href=(prev) { "Newer" } }
            @if let Some(next) = &page.url.next { a href=(next) { "Older" } }
        }
    };
    layout::page(ctx, "The blog", &content)
}
