use kiln::prelude::*;

use crate::content::{POSTS, PostRef};
use crate::layout;

type Posts = Vec<PostRef>;

/// One path for each tag that a post has. Its posts travel along as props.
pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<RawParams, Posts>>> {
    let tags = POSTS.group_by(|post| &post.tags)?.into_iter();
    Ok(tags.map(|(tag, posts)| StaticPath::new([("tag", tag)]).props(posts)))
}

pub fn get(ctx: &Context, posts: &Posts) -> Result<Markup> {
    let tag = &ctx.params["tag"];
    let content = html! {
        h1 { "#" (tag) }
        (layout::post_cards(posts))
    };
    let description = format!("Everything written here about {tag}.");
    layout::page(ctx, tag, &description, &content)
}
