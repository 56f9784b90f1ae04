use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    ["one", "two"].map(|slug| StaticPath::new([("slug", slug)]))
}

pub fn get(ctx: &Context) -> Html<String> {
    Html(format!("<p>{}, {} headers", &ctx.params["slug"], ctx.request.headers().len()))
}
