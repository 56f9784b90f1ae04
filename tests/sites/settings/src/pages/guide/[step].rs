use kiln::prelude::*;

pub fn static_paths() -> [StaticPath; 1] {
    [StaticPath::new([("step", "a b")])]
}

pub fn all(ctx: &Context) -> impl IntoResponse {
    Html(format!("{} {:?}\n", ctx.url, ctx.params.get("step")))
}
