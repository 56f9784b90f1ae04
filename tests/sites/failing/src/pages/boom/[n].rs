use crate::posts;
use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    (10..50).map(|n| StaticPath::new([("n", n)]))
}

pub fn get(ctx: &Context) -> Result<String> {
    Ok(posts::boom(ctx.params.parse("n")?).to_string())
}
