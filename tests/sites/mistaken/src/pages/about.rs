use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Html("It reads no content.\n")
}
