use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Html("about/index.html, which Cloudflare would not find at /about")
}
