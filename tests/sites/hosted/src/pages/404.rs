use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Html("<h1>Not here</h1>")
}
