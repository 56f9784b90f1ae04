use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    (StatusCode::NOT_FOUND, Html("<p>Nothing here</p>\n"))
}
