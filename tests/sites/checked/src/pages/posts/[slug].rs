use kiln::prelude::*;

use crate::layout::page;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath<RawParams>> {
    ["a", "b", "c", "d", "e", "f"].map(|slug| StaticPath::new([("slug", slug)]))
}

pub fn get() -> Html<String> {
    Html(page("A post", "<p id='end'>The end</p>"))
}
