use kiln::prelude::*;

/// The files that the variable `WANTED` names.
fn wanted() -> Vec<String> {
    let names = std::env::var("WANTED").unwrap_or_default();
    names.split(';').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    (0..wanted().len()).map(|n| StaticPath::new([("n", n)]))
}

pub fn get(ctx: &Context) -> Result<String> {
    ctx.asset(&wanted()[ctx.params.parse::<usize>("n")?])
}
