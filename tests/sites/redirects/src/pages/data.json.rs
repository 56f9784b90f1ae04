use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "max-age=60"), (header::ETAG, "\"a\"")], Json(json!({ "a": 1 })))
}
