use kiln::prelude::*;

const IDS: [&str; 8] = ["1", "two words", "ü", "a;b", "it's", "$host", "{id}", "100%"];

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    IDS.map(|id| StaticPath::new([("id", id)]))
}

pub fn get(ctx: &Context) -> impl IntoResponse {
    Json(json!({ "id": ctx.params["id"] }))
}
