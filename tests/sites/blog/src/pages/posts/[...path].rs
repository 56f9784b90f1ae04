use kiln::prelude::*;

use crate::{content, content::POSTS, content::PostRef, layout, routes};

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<RawParams, PostRef>>> {
    Ok(POSTS.entries()?.iter().map(|post| StaticPath::new([("path", post.id())]).props(post)))
}

pub fn get(ctx: &Context, post: &PostRef) -> Result<Markup> {
    let (newer, older) = POSTS.neighbors(post)?;
    let toc = post.toc()?;
    let content = html! {
        h1 { (post.title) }
        @if let Some(cover) = &post.cover { (cover.image(ctx)?.alt("").lazy(false)) }
        p { "by " (post.author.get()?.name) ", " (post.words()) " words" }
        @if !toc.html().is_empty() { nav { (toc) } }
        (post.render(ctx)?)
        @for tag in &post.tags { a href=(routes::tags::tag(tag)) { (tag) } }
        @for (rel, post) in [("prev", newer), ("next", older)] {
            @if let Some(post) = post { a rel=(rel) href=(post.url()?) lang=(post.lang) { (post.title) } }
        }
    };
    Ok(layout::page(&post.lang, &post.title, &content::languages(post)?, &content))
}
