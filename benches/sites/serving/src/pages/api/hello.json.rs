//! A page that is made for each request.

use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get() -> impl IntoResponse {
    Json(json!({ "id": 7, "name": "Sarah", "roles": ["author", "editor"] }))
}
