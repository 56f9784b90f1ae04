use kiln::prelude::*;

use crate::content::{POSTS, Post};

pub fn static_paths()
-> Result<impl IntoIterator<Item = StaticPath<RawParams, &'static Entry<Post>>>> {
    Ok(POSTS.entries()?.iter().map(|post| StaticPath::new([("slug", post.id())]).props(post)))
}

pub fn get(ctx: &Context, post: &Entry<Post>) -> Result<impl IntoResponse> {
    Ok(Html(post.render(ctx)?.to_string()))
}
