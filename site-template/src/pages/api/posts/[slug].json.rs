use kiln::prelude::*;

use crate::{
    posts::{self, Post},
    routes,
};

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<RawParams, Post>>> {
    let paths = posts::all()?.into_iter();
    Ok(paths.map(|post| StaticPath::new([("slug", &post.slug)]).props(post)))
}

pub fn get(ctx: &Context, post: &Post) -> Result<impl IntoResponse> {
    Ok(Json(json!({
        "title": post.title,
        "date": post.date.to_string(),
        "summary": post.summary,
        "url": routes::posts::slug(&post.slug),
        "html": post.html(ctx, "")?,
    })))
}
