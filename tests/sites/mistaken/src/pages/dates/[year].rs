use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    [StaticPath::new([("year", 2026)])]
}

pub fn get(ctx: &Context) -> impl IntoResponse {
    ctx.params["year"].to_owned()
}
