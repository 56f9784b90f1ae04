use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get() -> impl IntoResponse {
    Html("")
}
