use kiln::prelude::*;

pub const PRERENDER: bool = true;

pub fn get() -> impl IntoResponse {
    Html("<p>Docs</p>")
}
