//! A page that the server keeps for a minute.

use kiln::prelude::*;

pub const PRERENDER: bool = false;
pub const REVALIDATE: u64 = 60;

pub fn get() -> impl IntoResponse {
    Json(json!({ "id": 7, "name": "Sarah", "roles": ["author", "editor"] }))
}
