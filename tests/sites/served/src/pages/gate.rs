//! Opens a gate, or closes it: `POST /gate?stale`, `DELETE /gate?stale`.

use kiln::prelude::*;

use crate::gate::Gate;

pub const PRERENDER: bool = false;

fn gate(ctx: &Context) -> Result<&'static Gate> {
    Gate::named(ctx.url.query().unwrap_or_default()).context("no such gate")
}

pub fn post(ctx: &Context) -> Result<StatusCode> {
    gate(ctx)?.set(true);
    Ok(StatusCode::NO_CONTENT)
}

pub fn delete(ctx: &Context) -> Result<StatusCode> {
    gate(ctx)?.set(false);
    Ok(StatusCode::NO_CONTENT)
}
