use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get(ctx: &Context) -> String {
    format!("no file: {:?}\n", ctx.params.get("path"))
}
