use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    ["", "first", "2026/second", "über uns"].map(|slug| StaticPath::new([("slug", slug)]))
}

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let mut response = Html(ctx.url.to_string()).into_response();
    let links =
        ["</assets/app.css>; rel=preload; as=style", "</assets/app.js>; rel=preload; as=script"];
    if ctx.params.get("slug") == Some("first") {
        for link in links {
            response.headers_mut().append(header::LINK, link.parse()?);
        }
    }
    Ok(response)
}
