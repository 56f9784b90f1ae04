use kiln::prelude::*;

use crate::content::{LANGUAGES, Post};
use crate::{layout, routes};

type Props = (&'static Collection<Post>, &'static Entry<Post>);

pub fn static_paths() -> Result<Vec<StaticPath<RawParams, Props>>> {
    let mut paths = vec![];
    for (lang, posts) in LANGUAGES {
        let path = |post| StaticPath::new([("lang", lang), ("slug", Entry::id(post))]).props((posts, post));
        paths.extend(posts.entries()?.iter().map(path));
    }
    Ok(paths)
}

pub fn get(ctx: &Context, (posts, post): &Props) -> Result<Markup> {
    let (newer, older) = posts.neighbors(post)?;
    let lang = &ctx.params["lang"];
    let content = html! {
        h1 { (post.title) }
        @if let Some(cover) = &post.cover { img src=(cover.url(ctx)?) alt=""; }
        p { "by " (post.author.get()?.name) ", " (post.words()) " words" }
        (layout::contents(&post.toc()?))
        (post.render(ctx)?)
        @for tag in &post.tags { a href=(routes::lang::tags::tag(lang, tag)) { (tag) } }
        @if let Some(post) = newer { a rel="prev" href=(post.url()?) { (post.title) } }
        @if let Some(post) = older { a rel="next" href=(post.url()?) { (post.title) } }
    };
    Ok(layout::page(lang, &post.title, &content))
}
