use futures_util::stream;
use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get() -> impl IntoResponse {
    let parts = [Ok("first\n"), Err(std::io::Error::other("the source has run dry"))];
    Body::from_stream(stream::iter(parts))
}
