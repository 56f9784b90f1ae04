use kiln::prelude::*;

pub fn get(ctx: &Context) -> impl IntoResponse {
    let date = [("last-modified", "Fri, 27 Nov 2026 10:00:00 GMT")];
    (date, Html(format!("{}\n", ctx.url)))
}
