//! A thousand pages that each wait 100 ms.

use std::time::Duration;

use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath<RawParams, u32>> {
    (0..1000).map(|id| StaticPath::new([("id", id)]).props(id))
}

pub async fn get(id: u32) -> impl IntoResponse {
    tokio::time::sleep(Duration::from_millis(100)).await;
    Json(json!({ "id": id }))
}
