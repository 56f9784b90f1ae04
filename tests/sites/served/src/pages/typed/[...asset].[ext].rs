//! The client chooses the extension.

use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    if &ctx.params["asset"] == "missing" {
        return Err(kiln::error(StatusCode::NOT_FOUND, "no such asset"));
    }
    Ok((StatusCode::OK, format!("{}\n", &ctx.params["asset"])))
}
