//! 100,000 JSON pages of about 300 bytes, each an `async fn` that never waits.

use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath<RawParams, u32>> {
    (0..100_000).map(|id| StaticPath::new([("id", id)]).props(id))
}

pub async fn get(id: u32) -> impl IntoResponse {
    Json(json!({ "id": id, "name": format!("User {id}"), "text": "x".repeat(256) }))
}
