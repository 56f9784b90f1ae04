//! The body of a response, read as a whole.

use anyhow::{Context, Result};
use axum::body::Body;
use bytes::Bytes;
use http_body_util::BodyExt;

/// Reads the body of a response to its end.
///
/// # Errors
///
/// Where a streamed body fails before it ends.
pub async fn bytes(body: Body) -> Result<Bytes> {
    let collected = body.collect().await.context("the body of the response broke off")?;
    Ok(collected.to_bytes())
}
