use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Html("<p>It is our fault.</p>\n")
}
