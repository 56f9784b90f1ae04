use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    ["con", "AUX.1", "COM\u{b9}", "console"].map(|name| StaticPath::new([("name", name)]))
}

pub fn get(ctx: &Context) -> Result<Response> {
    match &ctx.params["name"] {
        "AUX.1" => ctx.redirect("/console"),
        name => Ok(Html(format!("<p>{name}</p>\n")).into_response()),
    }
}
