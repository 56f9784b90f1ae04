use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub async fn get(ctx: &Context) -> Result<Response> {
    match &ctx.params["what"] {
        "error" => Err(anyhow!("a secret").context("a page fails")),
        "panic" => panic!("a secret"),
        "missing" => Err(kiln::error(StatusCode::NOT_FOUND, "there is no such fault")),
        "teapot" => Err(kiln::error(StatusCode::IM_A_TEAPOT, "short and stout")),
        "caught" => bail!("caught by the middleware"),
        "loop" => ctx.rewrite("/faults/loop").await,
        "lost" => ctx.rewrite("/nowhere").await,
        "address" => Ok(ctx.client_address()?.to_string().into_response()),
        _ => Ok(StatusCode::NOT_FOUND.into_response()),
    }
}
