use kiln::prelude::*;

pub const PRERENDER: bool = true;

pub fn get() -> impl IntoResponse {
    ([("vary", "accept")], Html("<p>Nothing in the docs</p>"))
}
