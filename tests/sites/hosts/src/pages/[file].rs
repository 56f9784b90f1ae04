use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    ["_headers", "StaticWebApp.config.json", "netlify.toml"]
        .map(|file| StaticPath::new([("file", file)]))
}

pub fn get(ctx: &Context) -> impl IntoResponse {
    ctx.url.to_string()
}
