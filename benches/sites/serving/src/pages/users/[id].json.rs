//! A page for each path that is asked for.

use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub struct Params {
    pub id: u64,
}

pub fn get(params: Params) -> impl IntoResponse {
    Json(json!({ "id": params.id }))
}
