//! Lets nobody without a cookie into the account, and keeps the address that a login leads back to.

use kiln::prelude::*;

pub(crate) async fn check(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    let mut order = ctx.locals.get::<Vec<&str>>("order")?.clone();
    order.push("auth");
    ctx.locals.insert("order", order);
    if ctx.url.path() == "/account" && !ctx.cookies.has("session") {
        ctx.cookies.set(("back", ctx.origin_pathname.clone()))?;
        return ctx.redirect("/login");
    }
    let mut response = next.run(ctx).await?;
    response.headers_mut().append("x-order", "auth".parse()?);
    Ok(response)
}
