use kiln::prelude::*;

pub fn get() -> StatusCode {
    StatusCode::NO_CONTENT
}
