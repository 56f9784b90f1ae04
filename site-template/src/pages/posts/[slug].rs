use kiln::prelude::*;

use crate::content::{POSTS, PostRef};
use crate::{layout, routes};

pub struct Params {
    pub slug: String,
}

/// One path for each post. The post itself travels along as props, and arrives in `get`.
pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<Params, PostRef>>> {
    let posts = POSTS.entries()?.iter();
    Ok(posts.map(|post| {
        let slug = post.id().to_owned();
        StaticPath::new(Params { slug }).props(post)
    }))
}

pub fn get(ctx: &Context, params: &Params, post: PostRef) -> Result<impl IntoResponse> {
    let content = html! {
        article.prose {
            img.cover src=(routes::posts::slug_svg(&params.slug)) alt="" width="1200" height="630";
            header {
                h1 { (post.title) }
                p.meta { (layout::post_date(post)) " by " (layout::AUTHOR) }
            }
            (post.render(ctx)?)
            footer {
                @for tag in &post.tags {
                    a rel="tag" href=(routes::tags::tag(tag)) { "#" (tag) }
                }
                a href=(routes::posts::index()) { "All posts" }
                a href=(routes::api::posts::slug_json(&params.slug)) { "This post as JSON" }
            }
        }
    };
    let page = layout::page(ctx, &post.title, &post.summary, &content)?;
    Ok((layout::last_modified(post), page))
}
