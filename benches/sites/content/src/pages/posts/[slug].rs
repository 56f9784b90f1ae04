use kiln::prelude::*;

use crate::content::{POSTS, Post};
use crate::layout;

pub fn static_paths()
-> Result<impl IntoIterator<Item = StaticPath<RawParams, &'static Entry<Post>>>> {
    Ok(POSTS.entries()?.iter().map(|post| StaticPath::new([("slug", post.id())]).props(post)))
}

pub fn get(ctx: &Context, post: &Entry<Post>) -> Result<impl IntoResponse> {
    let content = html! {
        article {
            h1 { (post.title) }
            time datetime=(post.date) { (post.date) }
            (post.render(ctx)?)
        }
    };
    Ok(layout::page(ctx, &post.title, &content))
}
