use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Json(json!({ "a": "<a href='/docs/none'>" }))
}
