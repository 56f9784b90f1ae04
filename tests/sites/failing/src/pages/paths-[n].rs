use kiln::prelude::*;

pub fn static_paths() -> Result<Vec<StaticPath>> {
    bail!("the list is not there")
}

pub fn get() -> &'static str {
    ""
}
