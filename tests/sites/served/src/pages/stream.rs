use futures_util::{StreamExt, stream};
use kiln::prelude::*;

use crate::gate;

pub const PRERENDER: bool = false;

pub fn get() -> impl IntoResponse {
    let first = stream::iter([Ok::<_, std::io::Error>("first\n")]);
    let last = stream::once(async {
        gate::STREAM.wait().await;
        Ok("last\n")
    });
    ([(header::CONTENT_TYPE, "text/plain")], Body::from_stream(first.chain(last)))
}
