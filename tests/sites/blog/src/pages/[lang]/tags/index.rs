use kiln::prelude::*;

use crate::content::{LANGUAGES, Post};
use crate::{layout, routes};

pub fn static_paths() -> impl IntoIterator<Item = StaticPath<RawParams, &'static Collection<Post>>> {
    LANGUAGES.map(|(lang, posts)| StaticPath::new([("lang", lang)]).props(posts))
}

pub fn get(ctx: &Context, posts: &'static Collection<Post>) -> Result<Markup> {
    let lang = &ctx.params["lang"];
    let content = html! {
        @for (tag, posts) in posts.group_by(|post| &post.tags)? {
            li { a href=(routes::lang::tags::tag(lang, tag)) { (tag) } " (" (posts.len()) ")" }
        }
    };
    Ok(layout::page(lang, "Tags", &content))
}
