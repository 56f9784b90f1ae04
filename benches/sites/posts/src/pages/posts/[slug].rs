use kiln::prelude::*;

use crate::layout;
use crate::posts::{POSTS, Post};

pub struct Params {
    pub slug: String,
}

pub fn static_paths() -> impl IntoIterator<Item = StaticPath<Params, &'static Post>> {
    POSTS.iter().map(|post| StaticPath::new(Params { slug: post.slug.clone() }).props(post))
}

pub fn get(ctx: &Context, post: &&'static Post) -> impl IntoResponse {
    let content = html! {
        article {
            h1 { (post.title) }
            time datetime=(post.date) { (post.date) }
            (PreEscaped(post.html()))
        }
    };
    layout::page(ctx, &post.title, &content)
}
