use kiln::prelude::*;

pub fn get() -> Result<Response> {
    bail!("the page fails, and not the middleware")
}
