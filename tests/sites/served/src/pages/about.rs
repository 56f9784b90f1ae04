use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    ([("x-page", "about")], Html("<p>About</p>\n"))
}
