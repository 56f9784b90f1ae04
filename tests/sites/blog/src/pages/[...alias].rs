use kiln::prelude::*;

use crate::content::{POSTS, Post};

/// The former addresses of posts, from their front matter.
pub fn static_paths()
-> Result<impl IntoIterator<Item = StaticPath<RawParams, &'static Entry<Post>>>> {
    let aliases = POSTS.group_by(|post| &post.aliases)?;
    Ok(aliases
        .into_iter()
        .map(|(alias, posts)| StaticPath::new([("alias", alias)]).props(posts[0])))
}

pub fn get(ctx: &Context, post: &Entry<Post>) -> Result<Response> {
    ctx.redirect_with(StatusCode::MOVED_PERMANENTLY, post.url()?)
}
