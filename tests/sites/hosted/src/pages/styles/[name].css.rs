use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    ["main", "print"].map(|name| StaticPath::new([("name", name)]))
}

pub fn get(ctx: &Context) -> String {
    format!("/* {} */\n", &ctx.params["name"])
}
