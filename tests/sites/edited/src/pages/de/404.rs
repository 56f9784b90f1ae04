use kiln::prelude::*;

pub fn get(ctx: &Context) -> Html<String> {
    Html(format!("<h1 lang=de>Die Seite {} gibt es nicht</h1>", ctx.url.path()))
}
