use kiln::prelude::*;

// No paths at all is legal, and a redirect to such pages then starts from nowhere.
pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    []
}

pub fn get() -> impl IntoResponse {
    Html("")
}
