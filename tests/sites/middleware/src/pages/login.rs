use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Html("<form method=\"post\" action=\"/session\"><input name=\"name\"></form>\n")
}
