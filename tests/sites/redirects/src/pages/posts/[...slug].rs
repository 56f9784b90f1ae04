use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    ["a", "b/c d", ""].map(|slug| StaticPath::new([("slug", slug)]))
}

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    // A page that has moved is one that redirects lead to as well.
    match ctx.params.get("slug") {
        Some("b/c d") => ctx.redirect_with(StatusCode::MOVED_PERMANENTLY, crate::routes::about()),
        _ => Ok(Html(ctx.url.to_string()).into_response()),
    }
}
