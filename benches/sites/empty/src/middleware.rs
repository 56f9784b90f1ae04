//! Middleware that does nothing.

use kiln::prelude::*;

pub async fn on_request(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    next.run(ctx).await
}
