use kiln::prelude::*;

use crate::content::{POSTS, PostRef};

/// The former addresses of posts, from their front matter.
pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<RawParams, PostRef>>> {
    let aliases = POSTS.group_by(|post| &post.aliases)?.into_iter();
    Ok(aliases.map(|(alias, posts)| StaticPath::new([("alias", alias)]).props(posts[0])))
}

pub fn get(ctx: &Context, post: &PostRef) -> Result<Response> {
    ctx.redirect_with(StatusCode::MOVED_PERMANENTLY, post.url()?)
}
