//! In one folder: files of one version alone, files that are the same in both, and files that differ.

use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    let first = 20 * (crate::version() - 1);
    (first..first + 40).map(|n| StaticPath::new([("n", n)]))
}

pub fn get(ctx: &Context) -> Result<String> {
    let n: usize = ctx.params.parse("n")?;
    let version = if n.is_multiple_of(2) { crate::version() } else { 0 };
    Ok(format!("text {n} of version {version}\n"))
}
