use kiln::prelude::*;

use crate::content::LANGUAGES;

/// The former addresses of posts, from their front matter.
pub fn static_paths() -> Result<Vec<StaticPath<RawParams, String>>> {
    let mut paths = vec![];
    for (_, posts) in LANGUAGES {
        for post in posts.entries()? {
            for alias in &post.aliases {
                paths.push(StaticPath::new([("alias", alias)]).props(post.url()?));
            }
        }
    }
    Ok(paths)
}

pub fn get(ctx: &Context, to: &String) -> Result<Response> {
    ctx.redirect_with(StatusCode::MOVED_PERMANENTLY, to)
}
