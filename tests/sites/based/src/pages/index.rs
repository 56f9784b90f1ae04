use kiln::prelude::*;

use crate::routes;

pub fn get(ctx: &Context) -> impl IntoResponse {
    let links = [routes::about(), routes::posts::slug("a b"), routes::data_json()];
    Html(format!("<p>{} {}</p>\n", ctx.url.path(), links.join(" ")))
}
