//! What is a file in one version is a folder in the other.

use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    let paths = if crate::version_of_few() == 1 { ["a", "b/c"] } else { ["a/b", "b"] };
    paths.map(|path| StaticPath::new([("path", path)]))
}

pub fn get(ctx: &Context) -> String {
    format!("{} of version {}\n", &ctx.params["path"], crate::version_of_few())
}
