use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Html(format!("version {}\n", crate::version_of_few()))
}
