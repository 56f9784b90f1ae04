use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-cache")], Html("<h1>Home</h1>"))
}
