use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get() -> &'static str {
    "the secret"
}

pub fn delete() -> StatusCode {
    StatusCode::NO_CONTENT
}
