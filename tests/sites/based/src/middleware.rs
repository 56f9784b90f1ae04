use kiln::http::HeaderValue;
use kiln::prelude::*;

pub async fn on_request(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    let seen = ctx.origin_pathname.clone();
    if seen.trim_end_matches('/') == "/admin" {
        return Ok((StatusCode::FORBIDDEN, "nobody comes in here").into_response());
    }
    let mut response = next.run(ctx).await?;
    response.headers_mut().insert("x-seen", HeaderValue::from_str(&seen)?);
    Ok(response)
}
