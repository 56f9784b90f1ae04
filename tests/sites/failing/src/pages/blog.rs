use crate::posts;
use kiln::prelude::*;

pub fn get() -> Result<String> {
    Ok(posts::all()?.join("\n"))
}
