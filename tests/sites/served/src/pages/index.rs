use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Html("<p>Home</p>\n")
}
