use kiln::prelude::*;

use crate::content::EN;

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let mut posts = vec![];
    for post in EN.entries()? {
        posts.push(json!({
            "id": post.id(),
            "title": post.title,
            "date": post.date,
            "url": post.url()?,
            "text": post.plain_text()?,
            "html": post.render_absolute(ctx)?.html(),
        }));
    }
    Ok(Json(posts))
}
