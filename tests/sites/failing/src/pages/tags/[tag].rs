use crate::posts;
use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    ["a", "b", "c", "d", "e"].map(|tag| StaticPath::new([("tag", tag)]))
}

pub async fn get(ctx: &Context) -> Result<String> {
    let tag = &ctx.params["tag"];
    let posts =
        posts::all().map_err(|error| error.context(format!("cannot show the tag {tag}")))?;
    Ok(posts.join("\n"))
}
