use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get() -> Result<String> {
    Err(kiln::error(StatusCode::IM_A_TEAPOT, "short and stout"))
}
