//! Says what it was asked, so that a test can compare it with what others saw.

use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get(ctx: &Context) -> String {
    let path = ctx.params.get("path").unwrap_or("(none)");
    let query = ctx.url.query().unwrap_or("(none)");
    format!("path={path} shown={} url={} query={query}\n", ctx.origin_pathname, ctx.url.path())
}

pub fn post(ctx: &Context) -> String {
    format!("{} bytes\n", ctx.request.body().len())
}
