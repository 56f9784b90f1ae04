use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    ([(header::SET_COOKIE, "a=b")], Html(""))
}
