use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    (0..5).map(|n| StaticPath::new([("n", n)]))
}

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let n: usize = ctx.params.parse("n")?;
    Ok(Json(json!({ "n": n, "lines": crate::lines(10 * (n + 1)) })))
}
