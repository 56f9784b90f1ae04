use kiln::prelude::*;

pub fn get() -> Response {
    panic!("the page, and not the middleware")
}
