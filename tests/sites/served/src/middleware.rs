//! Tells what it saw, and guards what is not for everybody.

use std::sync::atomic::{AtomicUsize, Ordering};

use kiln::http::HeaderValue;
use kiln::prelude::*;

use crate::bomb::OnDrop;

static RUNS: AtomicUsize = AtomicUsize::new(0);

pub async fn on_request(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    let total = RUNS.fetch_add(1, Ordering::SeqCst) + 1;
    let runs = ctx.locals.get::<usize>("runs").map_or(1, |runs| runs + 1);
    ctx.locals.insert("runs", runs);
    let seen = ctx.origin_pathname.clone();
    match &*seen {
        "/unsound/middleware" => panic!("the middleware has a bomb"),
        "/unsound/locals" => ctx.locals.insert("bomb", OnDrop),
        _ => {}
    }
    let to = ctx.request.uri().query().and_then(|query| query.strip_prefix("to="));
    let mut response = match &*seen {
        "/admin" | "/echo/guarded" if !ctx.cookies.has("session") => {
            (StatusCode::FORBIDDEN, "nobody comes in here").into_response()
        }
        // What a request says of itself leads where it would go anyway.
        "/around" => next.rewrite(to.unwrap_or("/").to_owned()).run(ctx).await?,
        // To where it is going already.
        again if again.starts_with("/echo/again/") => {
            let to = ctx.url.path().to_owned();
            next.rewrite(to).run(ctx).await?
        }
        "/empty-404" => StatusCode::NOT_FOUND.into_response(),
        _ => next.run(ctx).await?,
    };
    // What a file would have from the build says nothing of a request for it.
    let asked = ctx.request.headers();
    if asked.contains_key("host") {
        let headers = response.headers_mut();
        headers.insert("x-seen", HeaderValue::try_from(seen.escape_default().to_string())?);
        // Where it ran again for a rewrite, the last run knows how often.
        headers.entry("x-runs").or_insert(runs.into());
        headers.insert("x-total", total.into());
    }
    Ok(response)
}
