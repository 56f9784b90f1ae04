use kiln::prelude::*;

pub struct Post {
    title: &'static str,
}

pub fn static_paths() -> impl IntoIterator<Item = StaticPath<RawParams, Post>> {
    [("a", "First"), ("b", "Second"), ("\u{e9} \u{e0}", "Third")]
        .map(|(slug, title)| StaticPath::new([("slug", slug)]).props(Post { title }))
}

pub fn get(ctx: &Context, post: &Post) -> Result<impl IntoResponse> {
    let order = ctx.locals.get::<Vec<&str>>("order")?.join(" ");
    let Context { params, url, route_pattern, origin_pathname, .. } = ctx;
    Ok(Html(format!(
        "<h1>{}</h1>\n<p>{} {} {route_pattern} {origin_pathname} {order}</p>\n",
        post.title,
        &params["slug"],
        url.path(),
    )))
}
