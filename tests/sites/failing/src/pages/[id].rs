use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    ["good", "panics", "..", "", "a/b", "status", "other"].map(|id| StaticPath::new([("id", id)]))
}

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    match &ctx.params["id"] {
        "panics" => panic!("no luck"),
        "status" => Ok((StatusCode::NOT_FOUND, Html("no"))),
        "other" => Err(kiln::error(StatusCode::GONE, "it is gone")),
        _ => Ok((StatusCode::OK, Html("fine"))),
    }
}
