use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get() -> &'static str {
    "got\n"
}

pub fn all(ctx: &Context) -> String {
    format!("all of it: {}\n", ctx.request.method())
}
