//! Says about its body what is not true.

use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_LENGTH, "999"),
        (header::TRANSFER_ENCODING, "gzip"),
        (header::CONNECTION, "keep-alive"),
    ];
    (headers, "four")
}
