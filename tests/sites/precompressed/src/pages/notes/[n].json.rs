//! Five notes, and one whose file has a name of `LONG` bytes.

use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    let long = std::env::var("LONG").ok().and_then(|length| length.parse::<usize>().ok());
    let long = long.map(|length| "0".repeat(length - ".json".len()));
    let numbers = (0..5).map(|n: usize| n.to_string()).chain(long);
    numbers.map(|n| StaticPath::new([("n", n)]))
}

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let n: usize = ctx.params.parse("n")?;
    Ok(Json(json!({ "n": n, "lines": crate::lines(10 * (n + 1)) })))
}
