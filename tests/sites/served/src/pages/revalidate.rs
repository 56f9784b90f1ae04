use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn post(ctx: &Context) -> StatusCode {
    kiln::server::revalidate(ctx.url.query().unwrap_or_default());
    StatusCode::NO_CONTENT
}
