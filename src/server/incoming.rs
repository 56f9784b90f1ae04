//! A request as it comes in: its head, its parsed path and its body.

use axum::body::{Body, HttpBody};
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http::request::Parts;
use http_body_util::BodyExt;

use super::connections::BodyError;
use crate::request::path::RequestedPath;
use crate::routing::url;

/// A request without its body, whose path is parsed.
pub(super) struct Incoming {
    pub(super) head: Parts,
    pub(super) path: RequestedPath,
}

impl Incoming {
    /// The canonical form of the URL path, however it was encoded.
    pub(super) fn url(&self) -> String {
        let mut url = String::new();
        url::push_encoded(&mut url, &self.path.whole());
        url
    }
}

/// Reads the body of a request up to a number of bytes; gives the status to answer with where that fails.
pub(super) async fn read(mut body: Body, limit: usize) -> Result<Bytes, StatusCode> {
    let least = body.size_hint().lower();
    if usize::try_from(least).is_ok_and(|least| least > limit) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let mut all = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            BodyError::find(&error).map_or(StatusCode::BAD_REQUEST, BodyError::status)
        })?;
        let Ok(data) = frame.into_data() else { continue };
        if all.len() + data.len() > limit {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        if all.is_empty() && body.is_end_stream() {
            return Ok(data);
        }
        all.extend_from_slice(&data);
    }
    Ok(all.freeze())
}
