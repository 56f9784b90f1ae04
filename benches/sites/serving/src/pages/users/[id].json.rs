//! A page for each requested path.

use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub struct Params {
    pub id: u64,
}

pub fn get(params: Params) -> impl IntoResponse {
    Json(json!({ "id": params.id }))
}
