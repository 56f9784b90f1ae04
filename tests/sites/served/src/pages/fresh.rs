//! Is made when the site is built, and again by the server.

use kiln::prelude::*;

pub const REVALIDATE: u64 = 3600;

pub fn get() -> impl IntoResponse {
    let edition = std::env::var("EDITION").unwrap_or_else(|_| "built".into());
    Html(format!("<p>{edition}</p>\n"))
}
