//! Its type says that it is compressed, and that decides.

use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "image/png")], vec![0; 1_000])
}
