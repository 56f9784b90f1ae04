use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get() -> Result<&'static str> {
    Err(anyhow!("content/text.md:1: <b>no title</b>")).context("cannot read the post")
}
