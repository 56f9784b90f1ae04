//! The same responses with axum alone: `bare FOLDER` serves an endpoint and the files of a folder.

use std::net::{Ipv4Addr, SocketAddr};

use axum::routing::get;
use axum::serve::ListenerExt;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower_http::services::ServeDir;

async fn hello() -> Json<Value> {
    Json(json!({ "id": 7, "name": "Sarah", "roles": ["author", "editor"] }))
}

async fn serve(files: String) -> std::io::Result<()> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let app =
        Router::new().route("/api/hello.json", get(hello)).fallback_service(ServeDir::new(files));
    axum::serve(listener, app).await
}

fn main() -> std::io::Result<()> {
    let files = std::env::args().nth(1).expect("a folder of files");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(files))
}
