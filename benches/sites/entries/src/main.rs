//! A blog whose posts come from a lazy source. `KILN_BENCH_COUNT` sets their number, and `KILN_BENCH_PARTS` which pages there are:
//! `posts`, `list`, `tags`.

use std::env;

use kiln::prelude::*;

/// A post. It is made when it is needed, and dropped afterwards.
pub struct Post {
    pub number: u32,
    pub title: String,
    pub url: String,
}

/// The number of tags. Each post has one.
pub const TAGS: u32 = 100;

impl Post {
    pub fn new(number: u32) -> Self {
        // With `format = "file"`, a page with the number alone could be `404.html`.
        let url = format!("/posts/{}/post-{number}", number / 1000);
        Post { number, title: format!("The post with the number {number}"), url }
    }
}

/// The numbers of all posts, the newest first.
pub fn numbers() -> Result<impl Iterator<Item = u32>> {
    let count: u32 = env::var("KILN_BENCH_COUNT")?.parse()?;
    Ok((0..count).rev())
}

/// The numbers, if this part of the site is chosen.
pub fn numbers_of(part: &str) -> Result<impl Iterator<Item = u32>> {
    let is_chosen = env::var("KILN_BENCH_PARTS")?.split(' ').any(|chosen| chosen == part);
    Ok(numbers()?.filter(move |_| is_chosen))
}

/// A page of a list.
pub fn list(title: &str, page: &Page<u32>) -> Html<String> {
    let mut items = String::new();
    for post in page.data.iter().map(|number| Post::new(*number)) {
        items.push_str(&format!("<li><a href=\"{}\">{}</a></li>\n", post.url, post.title));
    }
    let older = page.url.next.as_deref().map(|url| format!("<a href=\"{url}\">Older</a>"));
    Html(format!(
        "<!doctype html>\n<title>{title}</title>\n<ul>\n{items}</ul>\n{}\n",
        older.unwrap_or_default()
    ))
}

kiln::site!();
