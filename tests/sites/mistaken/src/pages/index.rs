use kiln::prelude::*;

use crate::content::POSTS;

pub fn get() -> Result<impl IntoResponse> {
    let posts = POSTS.entries().context("cannot list the posts")?;
    Ok(Html(posts.iter().map(|post| format!("{} {}\n", post.date, post.title)).collect::<String>()))
}
