use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Xml("<feed/>\n")
}
