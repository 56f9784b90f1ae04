//! Would be kept, if it ever ended.

use futures_util::stream;
use kiln::prelude::*;

pub const PRERENDER: bool = false;
pub const REVALIDATE: u64 = 3600;

pub fn get() -> impl IntoResponse {
    let piece = || Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 1 << 16]));
    Body::from_stream(stream::repeat_with(piece))
}
