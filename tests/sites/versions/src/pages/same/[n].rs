//! Pages of both versions, with the same bytes in each.

use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    (0..60).map(|n| StaticPath::new([("n", n)]))
}

pub fn get(ctx: &Context) -> impl IntoResponse {
    Html(format!("page {} of any version\n", &ctx.params["n"]))
}
