use kiln::prelude::*;

use crate::content::{POSTS, PostRef};

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<RawParams, PostRef>>> {
    let paths = POSTS.entries()?.iter();
    Ok(paths.map(|post| StaticPath::new([("slug", post.id())]).props(post)))
}

pub fn get(ctx: &Context, post: PostRef) -> Result<impl IntoResponse> {
    Ok(Json(json!({
        "title": post.title,
        "date": post.date.to_string(),
        "summary": post.summary,
        "tags": post.tags,
        "url": post.url()?,
        "html": post.render(ctx)?.html(),
    })))
}
