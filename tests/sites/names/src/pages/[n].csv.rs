//! Says of a table that it is text.

use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    (0..430).map(|n| StaticPath::new([("n", n)]))
}

pub fn get() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "a;b\n")
}
