//! No extension: its content type decides.

use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Json(json!(["Sarah", "Chris", "Yan", "Elian"].repeat(20)))
}
