use kiln::prelude::*;

pub fn static_paths() -> [StaticPath; 4] {
    [
        StaticPath::new(RawParams::new()),
        StaticPath::new([("path", "install")]),
        StaticPath::new([("path", "50% &#'~ 日本")]),
        StaticPath::new(vec![("path".to_string(), "guide/first-steps")]),
    ]
}

pub fn get(ctx: &Context) -> impl IntoResponse {
    Html(format!("<p>{:?} at {}</p>\n", ctx.params.get("path"), ctx.url.path()))
}
