use futures_util::stream::{self, StreamExt};
use kiln::prelude::*;

pub const PRERENDER: bool = false;

/// An event at once, and no other ever.
pub fn get() -> impl IntoResponse {
    let first = stream::iter([Ok::<_, std::io::Error>("data: first\n\n")]);
    (
        [(header::CONTENT_TYPE, "text/event-stream")],
        Body::from_stream(first.chain(stream::pending())),
    )
}
