//! A single page: the fixed cost of a site.

use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Html("<h1>Hello</h1>")
}
