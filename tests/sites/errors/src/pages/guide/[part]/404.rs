use kiln::prelude::*;

pub const PRERENDER: bool = true;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    ["a", "b"].map(|part| StaticPath::new([("part", part)]))
}

pub fn get(ctx: &Context) -> impl IntoResponse {
    Html(format!("<p>Nothing in part {}</p>", &ctx.params["part"]))
}
