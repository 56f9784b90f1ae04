//! Files whose extension is a value.

use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    [("LOGO", "PNG"), ("a/icon", "svg"), ("a/app", "js"), ("data", "csv")]
        .map(|(asset, ext)| StaticPath::new([("asset", asset), ("ext", ext)]))
}

pub fn get(ctx: &Context) -> impl IntoResponse {
    (StatusCode::OK, Bytes::from(format!("{}\n", &ctx.params["asset"])))
}
