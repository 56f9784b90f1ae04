//! Pages that each request 50 files; `KILN_BENCH_COUNT` sets their number.

use std::fmt::Write;

use kiln::prelude::*;

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<RawParams, u32>>> {
    let count: u32 = std::env::var("KILN_BENCH_COUNT")?.parse()?;
    Ok((0..count).map(|id| StaticPath::new([("id", id)]).props(id)))
}

pub fn get(ctx: &Context, id: u32) -> Result<Html<String>> {
    let mut page = format!("<!doctype html><title>{id}</title>\n");
    for n in 0..5 {
        let url = ctx.asset(format!("style-{n}.css"))?;
        writeln!(page, "<link rel=\"stylesheet\" href=\"{url}\">")?;
    }
    for n in 0..45 {
        let url = ctx.asset(format!("images/picture-{n}.svg"))?;
        writeln!(page, "<img src=\"{url}\" alt=\"\">")?;
    }
    Ok(Html(page))
}
