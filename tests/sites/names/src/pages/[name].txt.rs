use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    let names = (0..1239).map(|number| format!("why {number:04}?"));
    names.map(|name| StaticPath::new([("name", name)]))
}

pub fn get(ctx: &Context) -> impl IntoResponse {
    ctx.url.to_string()
}
