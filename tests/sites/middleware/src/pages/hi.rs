use kiln::prelude::*;

pub fn get() -> Result<Response> {
    bail!("the middleware answers")
}
