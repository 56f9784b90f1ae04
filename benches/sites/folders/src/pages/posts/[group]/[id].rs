//! HTML pages of 1.5 KB, each in its own folder, as in most sites. `KILN_BENCH_COUNT` sets their number; only the one
//! in the middle contains `KILN_BENCH_VERSION`.

use std::env;

use kiln::prelude::*;

const PARAGRAPH: &str = "<p>A paragraph of some two hundred bytes, so that the whole page is as long as a short post: \
                         reading and comparing it has a price, and creating, linking, or removing its folder has a \
                         higher one.</p>\n";

pub struct Params {
    pub group: usize,
    pub id: usize,
}

pub struct Post {
    number: usize,
    is_middle: bool,
}

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<Params, Post>>> {
    let count: usize = env::var("KILN_BENCH_COUNT")?.parse()?;
    Ok((0..count).map(move |number| {
        let post = Post { number, is_middle: number == count / 2 };
        StaticPath::new(Params { group: number / 1000, id: number % 1000 }).props(post)
    }))
}

pub fn get(post: Post) -> Result<impl IntoResponse> {
    let version = if post.is_middle { env::var("KILN_BENCH_VERSION")? } else { "0".to_owned() };
    let (number, text) = (post.number, PARAGRAPH.repeat(7));
    Ok(Html(format!(
        "<!DOCTYPE html>\n<title>Post {number}</title>\n<h1>Post {number}, version {version}</h1>\n{text}"
    )))
}
