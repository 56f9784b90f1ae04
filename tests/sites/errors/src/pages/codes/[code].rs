//! Ordinary pages, whatever they are called.

use kiln::prelude::*;

pub const PRERENDER: bool = true;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    ["404", "500"].map(|code| StaticPath::new([("code", code)]))
}

pub fn get(ctx: &Context) -> impl IntoResponse {
    Html(format!("<p>About code {}</p>", &ctx.params["code"]))
}
