use kiln::prelude::*;

/// Where this site is, for the test to change it.
pub fn get() -> impl IntoResponse {
    env!("OUT_DIR")
}
