use kiln::prelude::*;

use crate::content::{LANGUAGES, Post};
use crate::layout;

type Posts = Vec<&'static Entry<Post>>;

pub fn static_paths() -> Result<Vec<StaticPath<RawParams, Posts>>> {
    let mut paths = vec![];
    for (lang, posts) in LANGUAGES {
        let tags = posts.group_by(|post| &post.tags)?.into_iter();
        paths.extend(tags.map(|(tag, posts)| StaticPath::new([("lang", lang), ("tag", tag)]).props(posts)));
    }
    Ok(paths)
}

pub fn get(ctx: &Context, posts: &Posts) -> Result<Markup> {
    let tag = &ctx.params["tag"];
    Ok(layout::page(&ctx.params["lang"], tag, &layout::list(ctx, posts)?))
}
