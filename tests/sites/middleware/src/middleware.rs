//! Three middlewares in a chain, and what `on_request` does with some paths by itself.

mod auth;

use kiln::prelude::*;

pub const MATCHER: &[&str] = &["/((?!plain).*)"];

pub async fn on_request(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    sequence((timing, auth::check, greeting)).run(ctx, next).await
}

/// What comes first before the page comes last behind it.
async fn timing(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    ctx.locals.insert("order", vec!["timing"]);
    let mut response = next.run(ctx).await?;
    response.headers_mut().append("x-order", "timing".parse()?);
    Ok(response)
}

async fn greeting(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    let mut order = ctx.locals.get::<Vec<&str>>("order")?.clone();
    order.push("greeting");
    ctx.locals.insert("order", order);
    let user = ctx.cookies.get("session").unwrap_or_else(|| "stranger".into());
    ctx.locals.insert("greeting", format!("Hello, {user}"));
    let mut response = match &*ctx.origin_pathname {
        "/hi" => next.rewrite("/hello?from=hi").run(ctx).await?,
        "/moved" => ctx.redirect_with(StatusCode::MOVED_PERMANENTLY, "/hello")?,
        "/answered" => Html("<p>The middleware answers</p>\n").into_response(),
        "/faults/middleware" => bail!("the middleware is out of order"),
        "/faults/middleware-panics" => panic!("the middleware has lost its head"),
        // Whatever the page says: the greeting has the last word.
        "/faults/caught" => {
            next.run(ctx).await.unwrap_or_else(|error| error.to_string().into_response())
        }
        _ => next.run(ctx).await?,
    };
    response.headers_mut().append("x-order", "greeting".parse()?);
    Ok(response)
}
