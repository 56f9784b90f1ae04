use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/rss+xml")], "<rss version=\"2.0\"/>")
}
