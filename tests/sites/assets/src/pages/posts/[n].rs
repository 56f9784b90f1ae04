use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    (1..=4).map(|n| StaticPath::new([("n", n)]))
}

pub fn get(ctx: &Context) -> Result<Html<String>> {
    let file = if ctx.params.parse::<u32>("n")? % 2 == 0 { "app.css" } else { "theme/print.css" };
    Ok(Html(ctx.asset(file)?))
}
