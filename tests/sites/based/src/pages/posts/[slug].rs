use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get(ctx: &Context) -> String {
    format!("{} at {}\n", &ctx.params["slug"], ctx.url.path())
}

pub fn post(ctx: &Context) -> String {
    format!("posted to {}\n", ctx.url.path())
}
