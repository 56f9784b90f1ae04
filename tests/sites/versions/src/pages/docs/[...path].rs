//! Folders in folders: some of both versions, some of one alone.

use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    let version = crate::version();
    let both = (0..40).map(|n| format!("{}/{}/{n}", n % 2, n % 5));
    let one = (0..20).map(move |n| format!("only-{version}/{}/{n}", n % 3));
    both.chain(one).map(|path| StaticPath::new([("path", path)]))
}

pub fn get(ctx: &Context) -> impl IntoResponse {
    Html(format!("{} of version {}\n", &ctx.params["path"], crate::version()))
}
