use kiln::prelude::*;

use crate::content::POSTS;

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let posts = POSTS.entries()?.iter().map(|post| {
        Ok(json!({
            "id": post.id(), "title": post.title, "date": post.date, "url": post.url()?,
            "text": post.plain_text()?, "html": post.render_absolute(ctx)?.html(),
        }))
    });
    Ok(Json(posts.collect::<Result<Vec<_>>>()?))
}
