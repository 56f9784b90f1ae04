use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get() -> Result<&'static str> {
    let cause: Result<u8> = "no number".parse().context("the password is hunter2");
    cause.context("the ledger cannot be read")?;
    Ok("fine")
}
