use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Json(json!({ "made": "once" }))
}
