use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    (0..20).map(|n| StaticPath::new([("n", n)]))
}

pub fn get(ctx: &Context) -> Result<Html<String>> {
    Ok(Html(ctx.image("cover.jpg")?.widths([50, 100]).to_string()))
}
