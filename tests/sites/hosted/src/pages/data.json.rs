use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    (
        [(header::CACHE_CONTROL, "public, max-age=60"), (header::CONTENT_LANGUAGE, "en")],
        Json(json!({ "a": 1 })),
    )
}
