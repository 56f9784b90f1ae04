use kiln::content::Date;
use kiln::prelude::*;
use kiln::sitemap::{Sitemap, Url};

pub fn get() -> Result<impl IntoResponse> {
    let full = Url::new("https://blog.example/a b?c=1&d=<\u{e9}>")
        .lastmod(Date::new(2026, 11, 27)?)
        .changefreq("weekly")
        .priority(0.5)
        .alternate("de", "https://blog.example/de?a=1&b=2")
        .alternate("en-GB", "https://blog.example/en")
        .image("https://blog.example/a.png?a=1&b=2")
        .image("https://blog.example/b.png");
    Ok(Sitemap::new([Url::new("https://blog.example/"), full]))
}
