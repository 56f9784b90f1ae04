//! Posts are read when the site is built, from where its content lies.

use kiln::prelude::*;

pub struct Post {
    title: String,
}

pub fn static_paths() -> Result<Vec<StaticPath<RawParams, Post>>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir("content").context("cannot list content")? {
        let path = entry?.path();
        let slug = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let title = std::fs::read_to_string(&path)?.trim().to_owned();
        paths.push(StaticPath::new([("slug", slug)]).props(Post { title }));
    }
    Ok(paths)
}

pub fn get(post: &Post, ctx: &Context) -> impl IntoResponse {
    Html(crate::layout::page(&post.title, &format!("<p>{}</p>", &ctx.params["slug"])))
}
