//! One page: what a site costs that has nothing to do.

use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Html("<h1>Hello</h1>")
}
