//! Answers with a requested file that no build has written, because only pages on request need it.

use std::io;
use std::sync::Arc;

use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use tokio::task::spawn_blocking;

use super::file::refused_method;
use super::reply::{Content, Reply};
use crate::assets::Asset;
use crate::request::asset::headers_of;
use crate::site::Site;

/// Answers a request with the file.
///
/// # Errors
///
/// Fails if the file cannot be read, or has changed: its URL is that of the old bytes.
pub(crate) async fn respond(site: &Site, asset: Arc<Asset>, head: &Parts) -> io::Result<Response> {
    if let Some(refused) = refused_method(&head.method) {
        return Ok(refused);
    }
    let reply = Reply {
        encoding: None,
        status: StatusCode::OK,
        headers: headers_of(site, &asset),
        method: head.method.clone(),
        asked: head.headers.clone(),
    };
    spawn_blocking(move || {
        let content = match &asset.rewritten {
            Some(bytes) => Content::Bytes(bytes.clone()),
            None => Content::File(asset.open()?.ok_or(io::ErrorKind::NotFound)?),
        };
        let digest = asset.written_digest();
        reply.of_version(content, digest.length(), Some(digest))
    })
    .await?
}
