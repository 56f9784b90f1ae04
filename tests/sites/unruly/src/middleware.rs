use kiln::prelude::*;

pub async fn on_request(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    match &*ctx.origin_pathname {
        "/middleware-fails" => {
            let cause = std::io::Error::other("no connection");
            return Err(Error::new(cause).context("cannot ask who is there"));
        }
        "/middleware-panics" => panic!("the middleware has lost its head"),
        "/ping" => return next.rewrite("/pong").run(ctx).await,
        "/round" => return ctx.rewrite("/round?again").await,
        "/missing" => return Ok(StatusCode::FORBIDDEN.into_response()),
        _ => {}
    }
    let response = next.run(ctx).await?;
    if ctx.origin_pathname == "/cookie-behind" {
        ctx.cookies.set(("seen", "yes"))?;
    }
    Ok(response)
}
