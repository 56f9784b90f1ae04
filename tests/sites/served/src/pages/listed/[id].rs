//! Is listed by an async function that waits, or panics, where it is called by the server.

use std::time::Duration;

use kiln::prelude::*;

pub const REVALIDATE: u64 = 3600;

fn edition() -> String {
    std::env::var("EDITION").unwrap_or_else(|_| "built".into())
}

pub async fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    assert!(edition() != "panics", "nobody knows the list");
    tokio::time::sleep(Duration::from_millis(20)).await;
    (0..20).map(|id| StaticPath::new([("id", id)]))
}

pub fn get(ctx: &Context) -> impl IntoResponse {
    Html(format!("<p>{} {}</p>\n", &ctx.params["id"], edition()))
}
