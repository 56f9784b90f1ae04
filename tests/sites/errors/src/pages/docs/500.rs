//! An ordinary page: only the root has a page for this error.

use kiln::prelude::*;

pub const PRERENDER: bool = true;

pub fn get() -> impl IntoResponse {
    Html("<p>About error 500</p>")
}
