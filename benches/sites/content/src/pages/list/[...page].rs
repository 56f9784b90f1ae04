use kiln::prelude::*;

use crate::content::{POSTS, Post};
use crate::layout;

type Posts = Page<&'static Entry<Post>>;

pub fn static_paths(
    route: &Route,
) -> Result<impl IntoIterator<Item = StaticPath<RawParams, Posts>>> {
    Ok(route.paginate(POSTS.entries()?, 50))
}

pub fn get(ctx: &Context, page: &Posts) -> Result<impl IntoResponse> {
    let content = html! {
        ul {
            @for post in &page.data {
                li {
                    a href=(post.url()?) { (post.title) }
                    p { (post.description) }
                }
            }
        }
        nav {
            @if let Some(prev) = &page.url.prev { a href=(prev) { "Newer" } }
            @if let Some(next) = &page.url.next { a href=(next) { "Older" } }
        }
    };
    Ok(layout::page(ctx, "The blog", &content))
}
