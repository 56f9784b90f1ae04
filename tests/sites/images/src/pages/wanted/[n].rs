use kiln::prelude::*;

/// The images that the variable `WANTED` names.
fn wanted() -> Vec<String> {
    let names = std::env::var("WANTED").unwrap_or_default();
    names.split(';').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    (0..wanted().len()).map(|n| StaticPath::new([("n", n)]))
}

pub fn get(ctx: &Context) -> Result<Html<String>> {
    let image = ctx.image(&wanted()[ctx.params.parse::<usize>("n")?])?;
    Ok(Html(image.widths([50]).to_string()))
}
