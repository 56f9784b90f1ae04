//! Reads the whole body of a response.

use anyhow::{Context, Result};
use axum::body::{Body, HttpBody};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

/// Reads the whole body of a response.
///
/// # Errors
///
/// Returns an error if a streamed body fails before its end.
pub async fn bytes(mut body: Body) -> Result<Bytes> {
    let mut all = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.context("the body of the response ended with an error")?;
        // A file has no trailers.
        let Ok(data) = frame.into_data() else { continue };
        // Most bodies have a single chunk, which is not copied.
        if all.is_empty() && body.is_end_stream() {
            return Ok(data);
        }
        all.extend_from_slice(&data);
    }
    Ok(all.freeze())
}
