use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    ["1", "ü", "a b", "100%"].map(|n| StaticPath::new([("n", n)]))
}

pub fn get(ctx: &Context) -> impl IntoResponse {
    Html(format!("<p>{} at {}</p>\n", &ctx.params["n"], ctx.url))
}
