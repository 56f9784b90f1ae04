use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Html("<p>Something is broken</p>\n")
}
