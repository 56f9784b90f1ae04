use kiln::prelude::*;

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    Ok(Html(format!("<h1>{}</h1>\n", ctx.locals.get::<String>("greeting")?)))
}
