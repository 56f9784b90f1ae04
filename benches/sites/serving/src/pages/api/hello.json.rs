//! A page that is rendered on request.

use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get() -> impl IntoResponse {
    Json(json!({ "id": 7, "name": "Sarah", "roles": ["author", "editor"] }))
}
