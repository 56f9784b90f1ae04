use kiln::prelude::*;

use crate::{content::POSTS, content::PostRef, layout};

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<RawParams, Vec<PostRef>>>> {
    let tags = POSTS.group_by(|post| &post.tags)?;
    Ok(tags.into_iter().map(|(tag, posts)| StaticPath::new([("tag", tag)]).props(posts)))
}

pub fn get(ctx: &Context, posts: &Vec<PostRef>) -> Result<Markup> {
    Ok(layout::page("en", &ctx.params["tag"], &[], &layout::list(ctx, posts)?))
}
