use kiln::prelude::*;

use crate::{content::POSTS, layout, routes};

pub fn get() -> Result<Markup> {
    let content = html! {
        @for lang in POSTS.group_by(|post| [&post.lang])?.keys() {
            a href=(routes::lang::page(lang, "")) lang=(lang) { (lang) }
        }
        @for (tag, posts) in POSTS.group_by(|post| &post.tags)? {
            a href=(routes::tags::tag(tag)) { (tag) " (" (posts.len()) ")" }
        }
    };
    Ok(layout::page("en", "A blog", &[], &content))
}
