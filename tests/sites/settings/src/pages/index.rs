use crate::routes;
use kiln::prelude::*;

pub fn get(ctx: &Context) -> impl IntoResponse {
    let links = [
        routes::index(),
        routes::about(),
        routes::guide::index(),
        routes::guide::by_step("a b"),
        routes::guide::rest_step("x/ü"),
        routes::data_json(),
        routes::r#type(),
        routes::_404(),
    ];
    Html(format!("{}\n{:?}\n{}\n", ctx.url, ctx.site, links.join("\n")))
}
