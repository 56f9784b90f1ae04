use kiln::prelude::*;

pub fn get() -> StatusCode {
    StatusCode::FOUND
}
