use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Html("differs from a path of [id].rs in case")
}
