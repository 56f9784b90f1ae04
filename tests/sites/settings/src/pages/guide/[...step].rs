use kiln::prelude::*;

pub fn static_paths() -> [StaticPath; 1] {
    [StaticPath::new([("step", "x/u\u{308}")])]
}

pub fn get(ctx: &Context) -> impl IntoResponse {
    Html(format!("{} {:?}\n", ctx.url, ctx.params.get("step")))
}
