use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    [StaticPath::new([("slug", "a")])]
}

pub fn get() -> impl IntoResponse {
    Html("a")
}
