//! The pages of `assets` with URLs of the same length that are written by hand, and the files in `public/`.

use std::fmt::Write;

use kiln::prelude::*;

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<RawParams, u32>>> {
    let count: u32 = std::env::var("KILN_BENCH_COUNT")?.parse()?;
    Ok((0..count).map(|id| StaticPath::new([("id", id)]).props(id)))
}

pub fn get(id: u32) -> Result<Html<String>> {
    let mut page = format!("<!doctype html><title>{id}</title>\n");
    for n in 0..5 {
        let url = format!("/files/style-{n}.3f9a1c2b.css");
        writeln!(page, "<link rel=\"stylesheet\" href=\"{url}\">")?;
    }
    for n in 0..45 {
        let url = format!("/files/picture-{n}.3f9a1c2b.svg");
        writeln!(page, "<img src=\"{url}\" alt=\"\">")?;
    }
    Ok(Html(page))
}
