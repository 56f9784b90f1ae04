//! Pages of both versions, with other bytes in each.

use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    (0..120).map(|n| StaticPath::new([("n", n)]))
}

pub fn get(ctx: &Context) -> impl IntoResponse {
    let version = crate::version();
    // One version's pages are longer, so that a file of which only the start was written is neither.
    Html(format!("note {} of version {version}\n", &ctx.params["n"]).repeat(10 * version))
}
