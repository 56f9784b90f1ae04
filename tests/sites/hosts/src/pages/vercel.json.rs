use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Json(json!({ "is": "no host of this site" }))
}
