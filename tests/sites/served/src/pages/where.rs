//! Says what it takes for its own address; what is used of the request is nothing else.

use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get(ctx: &Context) -> String {
    format!("{}\n", ctx.url)
}
