use kiln::prelude::*;

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let greeting = ctx.locals.get::<String>("greeting")?;
    Ok(Html(format!("<p>{greeting}, at {} from {}</p>\n", ctx.url, ctx.origin_pathname)))
}
