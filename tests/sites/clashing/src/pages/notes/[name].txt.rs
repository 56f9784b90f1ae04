use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    ["same", "same", "Case", "case", "alone", "caf\u{e9}", "cafe\u{301}"]
        .map(|name| StaticPath::new([("name", name)]))
}

pub fn get(ctx: &Context) -> String {
    ctx.params["name"].to_owned()
}
