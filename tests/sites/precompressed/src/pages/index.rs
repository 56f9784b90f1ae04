use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    let version = std::env::var("VERSION").unwrap_or_default();
    Html(format!("<p>version {version}\n{}", crate::lines(100)))
}
