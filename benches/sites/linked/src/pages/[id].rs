//! Pages with 100 links each: ten of a layout, and the others to other pages and their ids. With `KILN_BENCH_BROKEN=n`, one link in
//! each n-th page leads to a page that does not exist, and another to an id that does not.

use std::fmt::Write;

use kiln::prelude::*;

/// The numbers of all pages, and how often a page has broken links.
#[derive(Clone, Copy)]
pub struct Site {
    count: u32,
    broken: u32,
}

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<RawParams, (Site, u32)>>> {
    let number = |name| std::env::var(name).ok().and_then(|number| number.parse().ok());
    let count = number("KILN_BENCH_COUNT").unwrap_or(1_000);
    let site = Site { count, broken: number("KILN_BENCH_BROKEN").unwrap_or(u32::MAX) };
    Ok((0..count).map(move |id| StaticPath::new([("id", id)]).props((site, id))))
}

pub fn get((site, id): (Site, u32)) -> Result<Html<String>> {
    let Site { count, broken } = site;
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><title>{id}</title></head>\n<body>\n<nav>\n"
    );
    for n in 0..10 {
        writeln!(page, "<a href=\"/{}/\">Section {n}</a>", n * count / 10)?;
    }
    page.push_str("</nav>\n");
    for n in 0..90_u32 {
        // Neighbors, and pages that are far away.
        let step = if n < 45 { n + 1 } else { n * 7_919 };
        let to = (id + step) % count;
        writeln!(
            page,
            "<p id=\"p{n}\">A paragraph of text with <a href=\"/{to}/#p{n}\">a link</a> in it.</p>"
        )?;
    }
    if (id + 1) % broken == 0 {
        writeln!(
            page,
            "<a href=\"/missing-{id}/\">gone</a> <a href=\"/0/#missing-{id}\">gone</a>"
        )?;
    }
    page.push_str("</body>\n</html>\n");
    Ok(Html(page))
}
