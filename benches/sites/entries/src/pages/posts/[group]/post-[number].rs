use kiln::prelude::*;

use crate::Post;

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<RawParams, u32>>> {
    let path = |number: u32| {
        let params = [("group", number / 1000), ("number", number)];
        StaticPath::new(params).props(number)
    };
    Ok(crate::numbers_of("posts")?.map(path))
}

pub fn get(number: u32) -> Html<String> {
    let Post { title, .. } = Post::new(number);
    Html(format!("<!doctype html>\n<title>{title}</title>\n<h1>{title}</h1>\n<p>Its text.</p>\n"))
}
