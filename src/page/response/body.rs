//! The body of a response, read as a whole.

use anyhow::{Context, Result};
use axum::body::{Body, HttpBody};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

/// Reads the body of a response to its end.
///
/// # Errors
///
/// Where a streamed body fails before it ends.
pub async fn bytes(mut body: Body) -> Result<Bytes> {
    let mut all = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.context("the body of the response broke off")?;
        // Trailers have no place in a file.
        let Ok(data) = frame.into_data() else { continue };
        // Most bodies are one piece, which is not copied.
        if all.is_empty() && body.is_end_stream() {
            return Ok(data);
        }
        all.extend_from_slice(&data);
    }
    Ok(all.freeze())
}
