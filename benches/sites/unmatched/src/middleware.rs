//! Middleware for paths that do not exist.

use kiln::prelude::*;

pub const MATCHER: &[&str] = &["/account/:path*"];

pub async fn on_request(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    next.run(ctx).await
}
