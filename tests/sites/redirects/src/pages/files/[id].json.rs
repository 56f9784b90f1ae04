use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    (0..2).map(|id| StaticPath::new([("id", id)]))
}

pub fn get(ctx: &Context) -> impl IntoResponse {
    Json(json!({ "id": ctx.params["id"] }))
}
