use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    (StatusCode::NOT_MODIFIED, [(header::LOCATION, "/")])
}
