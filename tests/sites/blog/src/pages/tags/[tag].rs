use kiln::prelude::*;

use crate::content::{POSTS, Post};
use crate::layout;

type Posts = Vec<&'static Entry<Post>>;

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<RawParams, Posts>>> {
    let tags = POSTS.group_by(|post| &post.tags)?;
    Ok(tags.into_iter().map(|(tag, posts)| StaticPath::new([("tag", tag)]).props(posts)))
}

pub fn get(ctx: &Context, posts: &Posts) -> Result<Markup> {
    Ok(layout::page("en", &ctx.params["tag"], &layout::list(ctx, posts)?))
}
