use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get(ctx: &Context) -> String {
    panic!("the page at {} has lost its head", ctx.url.path());
}
