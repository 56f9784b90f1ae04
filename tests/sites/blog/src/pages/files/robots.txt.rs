use kiln::prelude::*;
use kiln::robots::Robots;

pub fn get() -> impl IntoResponse {
    Robots::new()
        .allow(&["*"], "/")
        .disallow(&["GPTBot", "CCBot"], "/")
        .sitemap("https://blog.example/files/sitemap.xml")
}
