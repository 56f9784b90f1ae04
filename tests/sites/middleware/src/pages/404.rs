use kiln::prelude::*;

pub fn get(ctx: &Context) -> impl IntoResponse {
    let greeting = ctx.locals.get::<String>("greeting").cloned().unwrap_or_default();
    Html(format!("<p>Nothing here. {greeting}</p>\n"))
}
