//! A hundred in each group. One of ten has another type than its name says, and a header of its own.

use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath<RawParams, usize>> {
    let pages = crate::number("PAGES");
    (0..pages).map(|n| StaticPath::new([("group", n / 100), ("n", n)]).props(n))
}

pub fn get(n: usize) -> Response {
    let version = if n < crate::number("CHANGING") { crate::number("VERSION") } else { 0 };
    let page = Json(json!({ "n": n, "version": version }));
    match n % 10 {
        0 => ([("content-type", "application/feed+json"), ("content-language", "en")], page)
            .into_response(),
        _ => page.into_response(),
    }
}
