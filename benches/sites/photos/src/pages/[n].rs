use kiln::prelude::*;

use std::env;

/// The number of photographs, which the benchmark has written into `assets/`.
fn count() -> usize {
    env::var("PHOTOS").map_or(0, |count| count.parse().expect("a number"))
}

pub fn static_paths() -> impl IntoIterator<Item = StaticPath<RawParams, String>> {
    let photographs = (0..count()).map(|n| format!("{n}.jpg"));
    let all = photographs.chain(env::var("BOMB").ok());
    all.enumerate().map(|(n, name)| StaticPath::new([("n", n)]).props(name))
}

pub fn get(ctx: &Context, name: &String) -> Result<Html<String>> {
    let widths = if name.starts_with("bomb") { vec![1] } else { vec![480, 960, 1920] };
    Ok(Html(ctx.image(name)?.widths(widths).to_string()))
}
