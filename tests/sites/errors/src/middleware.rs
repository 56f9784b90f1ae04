//! Adds headers instead of setting them: what it runs for twice would have them twice.

use kiln::prelude::*;

pub async fn on_request(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    let made = if ctx.request.headers().is_empty() { "at build" } else { "on request" };
    let pattern = ctx.route_pattern;
    let mut response = match ctx.url.path().strip_prefix("/to/") {
        Some(path) => next.rewrite(format!("/{path}")).run(ctx).await?,
        None if ctx.url.path() == "/docs/empty" => StatusCode::NOT_FOUND.into_response(),
        None => next.run(ctx).await?,
    };
    let headers = response.headers_mut();
    headers.append("x-frame-options", "DENY".parse()?);
    headers.append("x-made", made.parse()?);
    headers.append("x-pattern", pattern.parse()?);
    headers.append("vary", "cookie".parse()?);
    Ok(response)
}
