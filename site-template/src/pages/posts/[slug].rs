use kiln::prelude::*;

use crate::content::{POSTS, PostRef};
use crate::{layout, routes};

/// One path for each post. The post itself travels along as props, and arrives in `get`.
pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<RawParams, PostRef>>> {
    let paths = POSTS.entries()?.iter();
    Ok(paths.map(|post| StaticPath::new([("slug", post.id())]).props(post)))
}

pub fn get(ctx: &Context, post: PostRef) -> Result<impl IntoResponse> {
    let (newer, older) = POSTS.neighbors(post)?;
    let content = html! {
        article.prose {
            img.cover src=(routes::posts::slug_svg(post.id())) alt="" width="1200" height="630" fetchpriority="high";
            header {
                h1 { (post.title) }
                (layout::post_meta(post))
            }
            (post.render(ctx)?)
            footer {
                (layout::tags(&post.tags))
                a href=(routes::api::posts::slug_json(post.id())) { "This post as JSON" }
            }
            nav.pages aria-label="Newer and older post" {
                @if let Some(post) = newer { a.previous rel="prev" href=(post.url()?) { (post.title) } }
                @if let Some(post) = older { a.next rel="next" href=(post.url()?) { (post.title) } }
            }
        }
    };
    // The day of a post becomes its date in the sitemap.
    let date = post.date.format("%a, %d %b %Y 00:00:00 GMT");
    let page = layout::page(ctx, &post.title, &post.summary, &content)?;
    Ok(([(header::LAST_MODIFIED, date)], page))
}
