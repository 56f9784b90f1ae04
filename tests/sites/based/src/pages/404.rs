use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Html("<p>Nothing here</p>\n")
}
